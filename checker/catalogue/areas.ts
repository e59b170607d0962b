/** What controls are grouped by in lists and reports, after the headings of the seeds; in the order of a report. */
export const AREAS = [
  { title: 'Encrypted server data', prefixes: ['SRV'] },
  { title: 'Security proxy', prefixes: ['PRX', 'DDS'] },
  { title: 'Internal services not exposed', prefixes: ['EXP'] },
  { title: 'Traffic throttle', prefixes: ['THR'] },
  { title: 'Log server', prefixes: ['LOG'] },
  { title: 'Server-to-server connections', prefixes: ['S2S'] },
  { title: 'Intrusion detection', prefixes: ['IDS'] },
  { title: 'DNS', prefixes: ['DNS'] },
  { title: 'Sites in jails', prefixes: ['ISO', 'PHP'] },
  { title: 'Web application firewall', prefixes: ['WAF', 'EVA', 'CLK'] },
  { title: 'Firewall both ways', prefixes: ['FW', 'EGR', 'SCN'] },
  { title: 'Mail', prefixes: ['MAIL'] },
  { title: 'Fail2ban', prefixes: ['F2B'] },
  { title: 'Panel and WordPress', prefixes: ['PNL', 'WPR'] },
  { title: 'Attacked by oneself', prefixes: ['TST'] },
  { title: 'Maintenance and speed', prefixes: ['OPS', 'SPD'] },
] as const

/** The area of a control: `MAIL-VRFY-01` -> `Mail`. */
export function areaOf(control: string): string {
  const prefix = control.slice(0, control.indexOf('-'))
  const area = AREAS.find(({ prefixes }) => (prefixes as readonly string[]).includes(prefix))
  if (area === undefined) throw new Error(`${control} belongs to no area`)
  return area.title
}
