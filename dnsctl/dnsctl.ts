#!/usr/bin/env node
import { main } from '../console/main.ts'
import { DNSCTL } from './tool.ts'

await main(DNSCTL)
