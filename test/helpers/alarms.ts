import {
  type Alarm,
  type AlarmKind,
  createDigestBuilder,
  type Message,
  writeMessage,
} from '../../server/guard/notify/alarm.ts'

/** An alarm that tells this. */
export function alarm(text = 'It happened.', kind: AlarmKind = 'honey-asked'): Alarm {
  return {
    kind,
    at: Date.UTC(2026, 10, 25),
    text,
    next: 'dnsctl ban explain 192.0.2.7',
    facts: { address: '192.0.2.7' },
  }
}

/** The message of these alarms, from `ns1`. */
export function messageOf(...alarms: Alarm[]): Message {
  const digest = createDigestBuilder()
  for (const each of alarms) digest.add(each)
  return writeMessage(digest.take(), 'ns1')
}
