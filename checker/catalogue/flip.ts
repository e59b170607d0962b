import type { Declarations } from '../declarations/declarations.ts'
import type { Step } from '../remedy/step.ts'
import type { AllowedCommand } from '../root/root.ts'

/**
 * One step of a flip: what makes a fact that a control reads another one. A step of a remedy changes files; others
 * change what no file holds:
 *
 * ```yaml
 * facts:
 *   - source: declarations
 *     name: public-ports
 *     flip: [{ declare: { publicPorts: [22/tcp] } }]              # in place of what the green tree's case declares
 *   - source: nftables
 *     name: ruleset in force
 *     flip: [{ prints: nft-ruleset, stdout: '{"nftables": []}' }] # of ALLOWED_COMMANDS; exitCode is 0 unless it is given
 *   - source: crs
 *     name: age of the rules
 *     flip: [{ written: /etc/crs/crs-setup.conf, ago: 400d }]     # when the file was last written
 *   - source: status
 *     name: hard links
 *     flip: [{ hardLinks: [/srv/jail/bin/sh, /bin/sh] }]          # one file under several names
 *   - source: wordpress
 *     name: mu-plugins
 *     flip: [{ observed: [] }]                                    # in place of what the green tree's probes found
 * ```
 *
 * Where the fact decides nothing in the green tree because other software does the work there, `given` makes the tree in
 * which it decides: the states after `given` are held against those after `given` and `flip`.
 *
 * ```yaml
 *   - source: ufw
 *     name: ENABLED
 *     given: [{ remove: /etc/nftables.conf }, { file: /etc/ufw/ufw.conf, content: ENABLED=yes }]
 *     flip: [{ file: /etc/ufw/ufw.conf, content: ENABLED=no }]
 * ```
 */
export type Flip =
  | Step
  /** Fields of Declarations; null where nothing is declared. */
  | { readonly declare: Readonly<Partial<Record<keyof Declarations, unknown>>> }
  | { readonly prints: AllowedCommand; readonly stdout: string; readonly exitCode?: number }
  /** All that probes found, as in a file of cases. */
  | { readonly observed: readonly { readonly probe: string; readonly target: string; readonly found: unknown }[] }
  /** Names that are of one file from now on (hard links). */
  | { readonly hardLinks: readonly string[] }
  /** How long before the run: `36h`, `20d`. */
  | { readonly written: string; readonly ago: string }
