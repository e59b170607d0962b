import { probe } from './probe.ts'

/** What `wp plugin list --format=json` prints; the target is the folder of the WordPress. */
export interface WpPluginsResult {
  readonly plugins: readonly {
    /** `sucuri-scanner`. */
    readonly name: string
    /** `active`, `active-network`, `must-use`, `inactive`, `dropin`. */
    readonly status: string
    readonly version?: string
  }[]
}

export const wpPlugins = probe<WpPluginsResult>(
  'wp-plugins',
  "nothing: it runs `wp plugin list --format=json` on the host, as the site's user",
)
