import type { Step } from '../../checker/remedy/step.ts'

/**
 * The fuzz test finds every fact of checker/facts and every file that it reads from the stock tree by itself. What the
 * stock tree lacks is registered here: steps that make a host on which the fact reads more files.
 */
export const MORE_FILES: readonly Step[] = [
  { file: '/etc/crypttab', content: 'data UUID=3b6c /etc/keys/data luks,discard' },
  { file: '/etc/fstab', content: '/dev/mapper/data /srv ext4 nofail,noexec 0 2' },
]
