/** Connections by idleness, and how many each client has. A client is an IPv4 address or an IPv6 /64. */
export interface ConnectionTable<Connection extends { readonly client: string }> {
  /** In the order of their last activity: the idlest first. */
  readonly byIdleness: Set<Connection>
  readonly counts: Map<string, number>
  readonly limits: { readonly connections: number; readonly connectionsPerClient: number }
}

/** An empty table with these limits, which `connectionToClose` keeps. */
export function createConnectionTable<Connection extends { readonly client: string }>(limits: {
  readonly connections: number
  readonly connectionsPerClient: number
}): ConnectionTable<Connection> {
  return { byIdleness: new Set(), counts: new Map(), limits }
}

/** Counts a connection, for now the least idle one. */
export function addConnection<Connection extends { readonly client: string }>(
  table: ConnectionTable<Connection>,
  connection: Connection,
): void {
  table.byIdleness.add(connection)
  table.counts.set(connection.client, (table.counts.get(connection.client) ?? 0) + 1)
}

/** Forgets a connection; false where it was forgotten before. */
export function removeConnection<Connection extends { readonly client: string }>(
  table: ConnectionTable<Connection>,
  connection: Connection,
): boolean {
  if (!table.byIdleness.delete(connection)) return false
  const left = table.counts.get(connection.client)! - 1
  if (left === 0) table.counts.delete(connection.client)
  else table.counts.set(connection.client, left)
  return true
}

/** Notes activity: the connection becomes the least idle one. */
export function touchConnection<Connection extends { readonly client: string }>(
  table: ConnectionTable<Connection>,
  connection: Connection,
): void {
  if (table.byIdleness.delete(connection)) table.byIdleness.add(connection)
}

/**
 * The connection that has to go before one more of `client` may come, or undefined. A client at its own limit loses its
 * idlest. A full server takes from the client that has most, and where the newcomer has as many, from itself: so
 * nobody can push out those who hold less.
 */
export function connectionToClose<Connection extends { readonly client: string }>(
  table: ConnectionTable<Connection>,
  client: string,
): Connection | undefined {
  const { byIdleness, counts, limits } = table
  const own = counts.get(client) ?? 0
  if (own >= limits.connectionsPerClient) return idlestOf(byIdleness, (other) => other.client === client)
  if (byIdleness.size < limits.connections) return undefined
  let most = 0
  for (const count of counts.values()) most = Math.max(most, count)
  if (own === most) return idlestOf(byIdleness, (other) => other.client === client)
  return idlestOf(byIdleness, (other) => counts.get(other.client) === most)
}

function idlestOf<Connection>(
  byIdleness: ReadonlySet<Connection>,
  isCandidate: (connection: Connection) => boolean,
): Connection | undefined {
  for (const connection of byIdleness) if (isCandidate(connection)) return connection
  return undefined
}
