import { probe } from './probe.ts'

/** What `wp` says of a WordPress (`hostcheck import wp`); the target is its folder. */
export interface WpPluginsResult {
  readonly plugins: readonly {
    /** `sucuri-scanner`. */
    readonly name: string
    /** `active`, `active-network`, `must-use`, `inactive`, `dropin`. */
    readonly status: string
    readonly version?: string
  }[]
  /** Whether its files are those that were released, and which are not; undefined where nobody compared them. */
  readonly core?: { readonly isGenuine: boolean; readonly changed: readonly string[] }
  /** Failed logins until Loginizer locks out, and for how long; undefined where nobody asked. */
  readonly loginizer?: { readonly mostRetries: number; readonly lockSeconds: number }
}

export const wpPlugins = probe<WpPluginsResult>(
  'wp-plugins',
  "nothing: it runs `wp plugin list --format=json` on the host, as the site's user",
)
