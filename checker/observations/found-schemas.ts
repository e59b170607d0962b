import { z } from 'zod'
import { alertNonce } from '../probes/alert-nonce.ts'
import { banAndObserve } from '../probes/ban-and-observe.ts'
import { banners } from '../probes/banners.ts'
import { delegation } from '../probes/delegation.ts'
import { dnsAttack } from '../probes/dns-attack.ts'
import { dnsView } from '../probes/dns-view.ts'
import { egressCanary } from '../probes/egress-canary.ts'
import { honeyName } from '../probes/honey-name.ts'
import { httpAuth } from '../probes/http-auth.ts'
import { httpBurst } from '../probes/http-burst.ts'
import { httpTiming } from '../probes/http-timing.ts'
import { innerSites } from '../probes/inner-sites.ts'
import { logNonce, logReadBack } from '../probes/log-nonce.ts'
import { openPorts } from '../probes/open-ports.ts'
import { origin } from '../probes/origin.ts'
import type { Probe } from '../probes/probe.ts'
import { registration } from '../probes/registration.ts'
import { smtpEnumeration } from '../probes/smtp-enumeration.ts'
import { smtpRate } from '../probes/smtp-rate.ts'
import { sqlInjection } from '../probes/sql-injection.ts'
import { tls } from '../probes/tls.ts'
import { tlsOffer } from '../probes/tls-offer.ts'
import { wafReaction } from '../probes/waf-reaction.ts'
import { webAddress } from '../probes/web-address.ts'
import { wpPlugins } from '../probes/wp-plugins.ts'

const MOST_ENTRIES = 70_000
const text = z.string().max(1024)
const texts = z.array(text).max(MOST_ENTRIES)
/** Of one certificate. */
const names = z.array(text).max(10_000)
const count = z.number().int().min(0)
const time = z.number().min(0)

/** What a file of observations may say of each probe: it is read back from a disk, and judges rely on its shape. */
export const FOUND_SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map([
  found(alertNonce, z.object({ nonce: text, confirmedAt: time.optional() })),
  found(banAndObserve, z.object({ jail: text, address: text, ruleAppeared: z.boolean(), ruleGone: z.boolean() })),
  found(dnsView, z.object({ asked: count, learned: texts })),
  found(
    dnsAttack,
    z.object({
      transferable: texts,
      walked: texts,
      hiddenLearned: texts,
      guessed: count,
      methods: z.array(text).max(100).optional(),
      cutShort: z.boolean().optional(),
    }),
  ),
  found(
    delegation,
    z.object({
      parent: texts,
      child: texts,
      lame: texts,
      addresses: z.record(text, texts),
      ds: texts,
      keys: texts,
      partly: texts.optional(),
      unasked: texts.optional(),
      locks: texts.optional(),
      expires: time.optional(),
    }),
  ),
  found(banners, z.object({ banners: z.array(z.object({ service: text, text })).max(100) })),
  found(
    egressCanary,
    z.object({
      user: text,
      direct: z.enum(['connected', 'refused']),
      byProxy: z.enum(['fetched', 'denied', 'unreachable', 'not-tried']),
    }),
  ),
  found(
    honeyName,
    z.object({
      zone: text,
      nonce: text,
      isProved: z.boolean(),
      isLogged: z.boolean(),
      isBanned: z.boolean().optional(),
      isLifted: z.boolean().optional(),
      confirmedAt: time.optional(),
    }),
  ),
  found(
    httpAuth,
    z.object({
      paths: z.array(z.object({ path: text, status: count, challenged: z.boolean() })).max(100),
      hasTls: z.boolean(),
      byAddress: count.optional(),
    }),
  ),
  found(httpTiming, z.object({ samples: count, p95: z.number().min(0), protocol: text, encoding: text.optional() })),
  found(innerSites, z.object({ asked: count, answered: z.array(z.object({ name: text, status: count })).max(10_000) })),
  found(
    wpPlugins,
    z.object({
      plugins: z.array(z.object({ name: text, status: text, version: text.optional() })).max(10_000),
      core: z.object({ isGenuine: z.boolean(), changed: texts }).optional(),
      loginizer: z.object({ mostRetries: count, lockSeconds: count }).optional(),
    }),
  ),
  found(httpBurst, z.object({ asked: count, refused: count, recovered: z.boolean() })),
  found(logNonce, z.object({ nonce: text, arrivedAt: time.optional() })),
  found(logReadBack, z.object({ readable: z.boolean(), deletable: z.boolean() })),
  found(openPorts, z.object({ open: texts, tried: z.object({ tcp: count, udp: count }), controlSeen: z.boolean() })),
  found(origin, z.object({ name: text, status: count.optional(), certificateNames: names })),
  found(registration, z.object({ locks: z.array(text).max(100), expires: time.optional() })),
  found(
    smtpEnumeration,
    z.object({
      domain: text,
      confirmed: texts,
      by: z.array(z.enum(['code', 'text', 'time'])).max(3),
      limited: z.boolean(),
      asked: count,
      codes: z.object({ known: text, unknown: text }),
      vrfy: z.enum(['refused', 'ambiguous', 'answers']),
    }),
  ),
  found(smtpRate, z.object({ asked: count, limited: z.boolean(), reply: text.optional() })),
  found(sqlInjection, z.object({ injectable: texts, tried: count, wafBypassed: z.boolean() })),
  found(
    tls,
    z.object({
      protocol: text,
      address: text,
      versions: z.array(text).max(10),
      chain: z
        .array(
          z.object({
            names,
            subject: text,
            issuer: text,
            notBefore: count,
            expires: count,
            receipts: count,
            isLogged: z.boolean(),
            sha256: text,
            keySha256: text,
          }),
        )
        .max(10),
      distrusted: text.optional(),
    }),
  ),
  found(tlsOffer, z.object({ protocol: text, offersTls: z.boolean() })),
  found(webAddress, z.object({ addresses: texts, headers: texts })),
  found(wafReaction, z.object({ plain: count, markers: z.array(z.object({ kind: text, status: count })).max(100) })),
])

function found<R>(probe: Probe<R>, schema: z.ZodType): readonly [string, z.ZodType] {
  return [probe.name, schema]
}
