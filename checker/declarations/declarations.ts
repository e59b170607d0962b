export const PROFILES = ['small', 'medium', 'large'] as const
export type Profile = (typeof PROFILES)[number]

/** What no file of the host can tell, from `hostcheck.yaml`: declarations-schema.ts has each word. */
export interface Declarations {
  /** Size of the operation, after the seeds' "Applies for": log server and intrusion detection are for medium and large ones. */
  readonly profile: Profile
  /** Addresses of this host that the world reaches, also where they are not on an interface (1:1 NAT). */
  readonly publicAddresses: readonly string[]
  /** Prefixes that are the operator's own: hosts, VPN, name servers. */
  readonly ownPrefixes: readonly string[]
  /** Names of web sites, services, domains; what each is. */
  readonly sites: readonly DeclaredSite[]
  /** Folders that hold data beside those that services name. */
  readonly dataFolders: readonly string[]
  /** TCP and UDP ports that the world may reach: `443/tcp`. */
  readonly publicPorts: readonly string[]
  /** Controls that the operator wants judged though the profile leaves them out. */
  readonly optIn: readonly string[]
  /** Names that look internal and are meant for the public. */
  readonly publicLabels: readonly string[]
  /** Reboots that somebody stands for: SRV-RBT-01 holds the boots of the host against them. */
  readonly reboots: readonly AccountedReboot[]
  /** Who asks an agent of this host: what is asked once a minute is not connected at most moments. */
  readonly monitors: readonly { readonly agent: string; readonly by: string }[]
  /** Hosts that logs are mirrored to, and what administers them (keys as `SHA256:…`, as ssh-keygen -l shows them). */
  readonly logHosts: readonly LogHost[]
  /** Where Veil's own configuration is, inside the root. */
  readonly veilConfiguration: string | undefined
  /** Prefixes from which a security proxy comes, beside those of the large providers. */
  readonly proxyPrefixes: readonly string[]
  /** A file with newer prefixes of providers, inside the root. */
  readonly proxyRanges: string | undefined
  /** What the services claim to be; undefined: what they are. */
  readonly persona: Persona | undefined
}

export interface LogHost {
  readonly name: string
  readonly adminKeys: readonly string[]
  /** Accounts that administer it. */
  readonly accounts?: readonly string[]
  /** Where they are looked up, if they are not its own: `ldaps://ldap.example.com`. */
  readonly directory?: string | undefined
}

export interface Persona {
  /** The Server header: `Microsoft-IIS/10.0`. */
  readonly server: string
  /** Paths that only somebody asks for who believes it: `/owa`. */
  readonly decoys: readonly string[]
}

export interface AccountedReboot {
  /** Unix seconds: a boot within an hour of it is accounted for. */
  readonly at: number
  readonly by: string
  readonly reason: string
}

export interface DeclaredSite {
  readonly name: string
  readonly internal: boolean
  readonly proxied: boolean
  /** Milliseconds within which its answers begin; undefined: what SPD-01 takes for fast. */
  readonly answersWithin?: number | undefined
}

export const NOTHING_DECLARED: Declarations = {
  profile: 'small',
  publicAddresses: [],
  ownPrefixes: [],
  sites: [],
  dataFolders: [],
  publicPorts: [],
  optIn: [],
  publicLabels: [],
  reboots: [],
  monitors: [],
  logHosts: [],
  veilConfiguration: undefined,
  proxyPrefixes: [],
  proxyRanges: undefined,
  persona: undefined,
}
