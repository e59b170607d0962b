import { databaseClients } from '../../facts/database-clients.ts'
import type { Host } from '../../facts/host.ts'
import type { Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Step } from '../../remedy/step.ts'
import { staysIn } from './said.ts'

/** What asks a database or a directory of another host must do so by TLS, and look whose certificate it is. */
export function judgeClients(host: Host): readonly Judgement[] {
  return host.get(databaseClients).flatMap(({ name, peers, tls, evidence }): readonly Judgement[] => {
    const say = sayOf(name, evidence)
    if (peers === undefined)
      return [say('unknown', 'worked-out', 'Which host it asks is worked out as it runs, and stays open.')]
    const away = peers.filter((peer) => !staysIn(host, [peer]))
    if (away.length === 0) return []
    if (tls === 'verified') return [say('pass', 'verified', 'It asks by TLS, and looks whose certificate it is.')]
    const remedy = remedyOf(name, evidence[0]!.path)
    if (tls === 'unverified') {
      const reason = 'It asks by TLS whoever answers: someone in between reads along.'
      return [{ ...say('warn', 'unverified', reason), remedy }]
    }
    const reason = `It asks ${away[0]} in the clear, or does where TLS fails: whoever taps the line reads the data.`
    return [{ ...say('fail', 'plain-client', reason), remedy }]
  })
}

/** PHP looks at the certificate by itself once it is told to use TLS. */
function remedyOf(name: string, configuration: string): readonly Step[] {
  if (!name.startsWith('WordPress in '))
    return [{ tell: 'Let it ask by TLS and verify the certificate, or reach the other host by a tunnel (S2S-02).' }]
  const line = "<?php define( 'MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL );"
  return [{ edit: configuration, replace: '^<\\?php$', with: line }]
}
