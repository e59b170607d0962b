import type { BundleCommands } from '../../server/keys/bundle-protocol.ts'
import type { Context } from '../context.ts'
import { askServer } from '../running-server.ts'

/** Thousands of signatures are made or verified before the server replies. */
const PATIENCE_MS = 300_000

/** Sends a command about bundles to the running server. */
export function askBundles<Name extends keyof BundleCommands>(
  context: Context,
  name: Name,
  args: BundleCommands[Name]['arguments'],
): Promise<BundleCommands[Name]['result']> {
  return askServer(context, name, args, PATIENCE_MS)
}
