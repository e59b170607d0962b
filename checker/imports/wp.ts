import { z } from 'zod'
import { jsonOf } from '../facts/json.ts'
import type { Observation } from '../probes/probe.ts'
import { type WpPluginsResult, wpPlugins } from '../probes/wp-plugins.ts'
import { type Imported, plain, unusable } from './imported.ts'

/** Prints what `importWp` reads: run in the folder of a WordPress, as the user who owns it. */
export const WP_COMMAND = [
  `date -u "+WordPress $PWD at %FT%TZ"`,
  'wp plugin list --format=json',
  'wp core verify-checksums 2>&1',
  'wp option get loginizer_options --format=json 2>&1',
].join('; ')

const MOST_CHANGED = 1000
/** What Loginizer takes where nothing else is set (its init.php). */
const LOGINIZER = { max_retries: 3, lockout_time: 900 }

const plugins = z.array(z.object({ name: z.string(), status: z.string(), version: z.string().optional() })).max(10_000)
const number = z.coerce.number().int().min(0).max(1e9).optional()
const loginizer = z.object({ max_retries: number, lockout_time: number })

/** Reads what `wp` printed of a WordPress: its plugins, whether its core is what was released, and when Loginizer locks out. */
export function importWp(text: string): Imported {
  const lines = text.split('\n').map((line) => line.trim())
  const [, folder, time] = /^WordPress (\/.{0,1000}) at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(lines[0] ?? '') ?? []
  const at = Date.parse(time ?? '') / 1000
  if (folder === undefined || Number.isNaN(at)) {
    return unusable('its first line does not say of which folder it is, and when it was: "WordPress FOLDER at TIME"')
  }
  const listed = lines.flatMap((line) => (line.startsWith('[') ? [plugins.safeParse(jsonOf(line))] : [])).find(isRead)
  if (listed === undefined) return unusable('it holds no list of plugins: `wp plugin list --format=json` printed none')
  const core = coreIn(lines)
  const limits = loginizerIn(lines)
  const found: WpPluginsResult = {
    plugins: listed.data.map(({ name, status, version }) => ({
      name: plain(name),
      status: plain(status),
      ...(version === undefined ? {} : { version: plain(version) }),
    })),
    ...(core === undefined ? {} : { core }),
    ...(limits === undefined ? {} : { loginizer: limits }),
  }
  const observation: Observation<WpPluginsResult> = { probe: wpPlugins.name, target: plain(folder), at, found }
  return { outcome: 'read', observations: [observation] }
}

/** undefined where it was not compared: without a network, or of a version that was never released. */
function coreIn(lines: readonly string[]): WpPluginsResult['core'] {
  if (lines.some((line) => /^Success: WordPress installation verifies against checksums/.test(line))) {
    return { isGenuine: true, changed: [] }
  }
  if (!lines.some((line) => /^Error: WordPress installation doesn't verify against checksums/.test(line)))
    return undefined
  const changed = lines.flatMap((line) => {
    const path = /^Warning: File (?:doesn't verify against checksum|should not exist|doesn't exist): (.{1,1000})$/.exec(
      line,
    )
    return path === null ? [] : [plain(path[1]!)]
  })
  return { isGenuine: false, changed: changed.slice(0, MOST_CHANGED) }
}

function loginizerIn(lines: readonly string[]): WpPluginsResult['loginizer'] {
  const isUnset = lines.some((line) => /^Error: Could not get 'loginizer_options' option/.test(line))
  const set = lines.flatMap((line) => (line.startsWith('{') ? [loginizer.safeParse(jsonOf(line))] : [])).find(isRead)
  if (!isUnset && set === undefined) return undefined
  const { max_retries, lockout_time } = set?.data ?? {}
  // Loginizer takes 0, too, for nothing that is set.
  return {
    mostRetries: max_retries || LOGINIZER.max_retries,
    lockSeconds: lockout_time || LOGINIZER.lockout_time,
  }
}

function isRead<T>(parsed: z.ZodSafeParseResult<T>): parsed is z.ZodSafeParseSuccess<T> {
  return parsed.success
}
