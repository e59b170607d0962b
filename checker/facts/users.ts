import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
  readonly at: Place
}

export interface Group {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** Local users (passwd(5)), by name. */
export const users = fact('users', ({ root }): ReadonlyMap<string, User> => {
  const file = readIfThere(root, '/etc/passwd')
  if (file === undefined) return new Map()
  return new Map(
    linesOf(file).flatMap(({ text, number }) => {
      const [name, , uid, gid, , home, shell] = text.split(':')
      if (name === undefined || shell === undefined) return []
      const at = placeIn(file, number)
      return [[name, { name, uid: Number(uid), gid: Number(gid), home: home!, shell, at }] as const]
    }),
  )
})

/** Local groups (group(5)), by name. */
export const groups = fact('groups', ({ root }): ReadonlyMap<string, Group> => {
  const file = readIfThere(root, '/etc/group')
  if (file === undefined) return new Map()
  return new Map(
    linesOf(file).flatMap(({ text }) => {
      const [name, , gid, members] = text.split(':')
      if (name === undefined || members === undefined) return []
      return [[name, { name, gid: Number(gid), members: members.split(',').filter(Boolean) }] as const]
    }),
  )
})

/** Shells that let nobody in: nologin, false and their like; jailkit's counts, for it leads into the jail only. */
export function letsIn(shell: string): boolean {
  return !/\/(nologin|false|true|sync|jk_chrootsh|git-shell|rssh|scponly)$/.test(shell) && shell !== ''
}
