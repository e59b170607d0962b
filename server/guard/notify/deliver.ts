import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { NotificationTarget, SmtpTarget } from '../../configuration/ban-types.ts'
import { runProgram } from '../run-program.ts'
import type { Message } from './alarm.ts'

const PATIENCE_MS = 15_000

/** Hands the message to one target. Rejects with what went wrong, without any secret in it. */
export function deliver(target: NotificationTarget, message: Message): Promise<void> {
  switch (target.kind) {
    case 'webhook':
      return postWebhook(target, message)
    case 'smtp':
      return sendMail(target, message)
    case 'command':
      return runCommand(target, message)
  }
}

/** The target for a log: of a URL only the host, for many carry a secret behind it. */
export function nameTarget(target: NotificationTarget): string {
  switch (target.kind) {
    case 'webhook':
      return `webhook ${new URL(target.url).host}`
    case 'smtp':
      return `smtp ${target.server}`
    case 'command':
      return `command ${target.program}`
  }
}

async function postWebhook(
  { url, secretFile }: Extract<NotificationTarget, { kind: 'webhook' }>,
  { json }: Message,
): Promise<void> {
  const signature =
    secretFile === undefined
      ? {}
      : { 'x-veil-signature': `sha256=${createHmac('sha256', readSecret(secretFile)).update(json).digest('hex')}` }
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signature },
      body: json,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
  } catch (error) {
    // The message may quote the URL; the code does not.
    const { name, cause } = error as Error & { cause?: { code?: string } }
    throw new Error(name === 'TimeoutError' ? 'it did not answer in time' : (cause?.code ?? 'the request failed'))
  }
  await response.body?.cancel()
  if (!response.ok) throw new Error(`it answered with HTTP status ${response.status}`)
}

async function sendMail(target: SmtpTarget, { subject, text }: Message): Promise<void> {
  const { createTransport } = await import('nodemailer')
  const { server, port, tls, user, passwordFile, from, to } = target
  const transport = createTransport({
    ...{ host: server, port },
    ...{ secure: tls === 'tls', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
    ...(user === undefined || passwordFile === undefined ? {} : { auth: { user, pass: readSecret(passwordFile) } }),
    ...{ connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  })
  try {
    await transport.sendMail({ from, to: [...to], subject, text })
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number }
    throw new Error(
      `the mail server did not take it: ${[code, responseCode].filter(Boolean).join(' ') || 'no reason given'}`,
    )
  } finally {
    transport.close()
  }
}

async function runCommand(
  { program, arguments: args }: Extract<NotificationTarget, { kind: 'command' }>,
  { json }: Message,
): Promise<void> {
  const run = { program, arguments: args, input: `${json}\n`, timeoutMilliseconds: PATIENCE_MS }
  const { code, complaint } = await runProgram(run)
  if (code === 0) return
  const end = code === undefined ? 'it did not run to its end' : `it ended with exit code ${code}`
  throw new Error(complaint === '' ? end : `${end}: ${complaint.split('\n', 1)[0]}`)
}

function readSecret(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
  if (text === '') throw new Error(`${file} is empty`)
  return text
}
