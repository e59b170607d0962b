import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { mysqlOptions } from './mysql.ts'
import { glob } from './paths.ts'
import { readIfThere } from './read-lines.ts'

/** A server that this one copies. */
export interface MysqlReplica {
  readonly primary: string
  readonly path: string
  readonly usesTls: boolean
  readonly verifies: boolean
  readonly at: readonly Place[]
}

/** Lines of master.info, counted from 1: MariaDB keeps there what CHANGE MASTER TO said, one value a line. */
const LINES = { primary: 4, usesTls: 9, verifies: 15 } as const

/** Servers that MariaDB or MySQL copies: master.info in the folder of its data, master-NAME.info for each further one. */
export const mysqlReplicas = fact('mysql replicas', (host): readonly MysqlReplica[] => {
  const folder = host.get(mysqlOptions)?.get('datadir')?.value.replace(/\/+$/, '') ?? '/var/lib/mysql'
  return glob(host.root, `${folder}/master*.info`).flatMap((path) => {
    const file = readIfThere(host.root, path)
    const lines = file?.text.split('\n', LINES.verifies) ?? []
    const valueAt = (line: number) => lines[line - 1]?.trim() ?? ''
    const primary = valueAt(LINES.primary)
    if (file === undefined || primary === '') return []
    return {
      primary,
      path,
      usesTls: valueAt(LINES.usesTls) === '1',
      verifies: valueAt(LINES.verifies) === '1',
      at: [placeIn(file, LINES.primary), placeIn(file, LINES.usesTls)],
    }
  })
})
