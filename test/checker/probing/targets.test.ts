import { describe, expect, it } from 'vitest'
import { readTargets } from '../../../checker/targets/read-targets.ts'
import { targetsReference } from '../../../checker/targets/reference.ts'
import { maySendTo } from '../../../checker/targets/sendable-address.ts'
import { NOON } from '../run.ts'

function problemsOf(entry: string): string[] {
  const reading = readTargets(`targets: { web: { consent: Ada, ${entry} } }`, 'targets.yaml', NOON)
  if (reading.outcome === 'accepted') return []
  return reading.problems.map(({ line, column, found, expected }) => `${line}:${column} ${found}; ${expected}`)
}

describe('targets.yaml', () => {
  it('is read as it stands in the manual', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(targetsReference())![1]!
    expect(readTargets(example, 'targets.yaml', NOON)).toMatchObject({
      outcome: 'accepted',
      targets: [
        { name: 'web', controlPort: '443/tcp', mostPerSecond: 10, mostPerDay: 2000, pages: ['/'] },
        { name: 'this-host', jail: 'sshd', prefixes: [], ports: [] },
      ],
    })
  })

  it.each([
    ['expires: 2028-01-01', '1:42 "2028-01-01", more than a year ahead'],
    ['expires: soon', '1:42 "soon"; a day'],
    ['expires: 2027-01-01, prefixes: [0.0.0.0/0]', '"0.0.0.0/0", which is wider than /16; addresses of your own'],
    ['expires: 2027-01-01, prefixes: ["2001:db8::/20"]', 'which is wider than /32'],
    ['expires: 2027-01-01, prefixes: [169.254.169.254]', '"169.254.169.254", which is no host\'s address'],
    ['expires: 2027-01-01, prefixes: [224.0.0.1]', 'which is no host'],
    ['expires: 2027-01-01, names: [a.example]', 'names without prefixes; the prefixes that their addresses lie in'],
    ['expires: 2027-01-01, canary: { user: a, to: 192.0.2.1@80 }', 'which lies in no prefix of this target'],
    ['expires: 2027-01-01, canary: { user: -u0, to: 192.0.2.1@80 }', '"-u0"; the name of an account'],
    ['expires: 2027-01-01, ports: [10-5/tcp]', '"10-5/tcp"; a port and its protocol, or a range'],
    ['expires: 2027-01-01, pages: ["/a b"]', '"/a b"; a path that begins with a slash'],
    ['expires: 2027-01-01, jail: "a b"', '"a b"; the name of a jail'],
    ['expires: 2027-01-01, most-per-second: 101', '101; a whole number from 1 to 100'],
    ['expires: 2027-01-01, commands: { read: [a] }', 'the unknown key "read"'],
  ])('refuses %j', (entry, problem) => {
    const problems = problemsOf(entry)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })

  it('reads what holds for all targets, zones, and servers of the zone above', () => {
    const text =
      'limits: { most-per-second: 20, most-per-day: 5000 }\ntargets: { z: { consent: Ada, expires: 2027-01-01, zones: [Example.com], parent-servers: ["192.0.2.1@5353", "2001:db8::1"] } }'
    expect(readTargets(text, 'targets.yaml', NOON)).toMatchObject({
      limits: { mostPerSecond: 20, mostPerDay: 5000 },
      targets: [
        {
          zones: ['example.com.'],
          parentServers: [
            { address: '192.0.2.1', port: 5353 },
            { address: '2001:db8::1', port: 53 },
          ],
        },
      ],
    })
    expect(readTargets('targets: {}', 'targets.yaml', NOON)).toMatchObject({ limits: { mostPerSecond: 100 } })
  })

  it('asks for who agreed', () => {
    const reading = readTargets('targets: { web: { expires: 2027-01-01 } }', 'targets.yaml', NOON)
    expect(JSON.stringify(reading)).toContain('nothing at the key \\"consent\\"')
  })

  it.each([
    ['192.0.2.1', true],
    ['192.0.3.1', false],
    ['2001:db8::1', true],
    ['::ffff:192.0.2.1', false],
    ['fe80::1%eth0', false],
    ['169.254.169.254', false],
    ['255.255.255.255', false],
    ['ff02::1', false],
    ['www.example.com', false],
    ['', false],
  ])('has %j sent to: %j', (address, may) => {
    const prefixes = ['192.0.2.0/24', '2001:db8::/32', '::ffff:0:0/96', '169.254.0.0/16', 'fe80::/64', 'ff02::/64']
    expect(maySendTo(prefixes, address)).toBe(may)
  })

  it('is what docs/hostcheck-targets.md says (mend with: npx vitest run test/checker/probing/targets.test.ts -u)', async () => {
    await expect(targetsReference()).toMatchFileSnapshot('../../../docs/hostcheck-targets.md')
  })
})
