/*
 * RFC 9460: how to reach a service. AliasMode is priority 0.
 */
import { rr } from '../declaration.ts'
import { u16 } from '../fields/integers.ts'
import { name } from '../fields/names.ts'
import { svcParams } from '../fields/svc-params.ts'

const binding = { priority: u16, target: name({ additional: true }), parameters: svcParams }

export const SVCB = rr('SVCB', 64, 'RFC 9460', binding)
export const HTTPS = rr('HTTPS', 65, 'RFC 9460', binding)
