import { fold, type Paper } from '../../console/paper.ts'

/** As `fold`, with words broken that are wider than the paper: names from a host may be as long as they like. */
export function foldTight(paper: Paper, text: string, indent = 0): string[] {
  const room = Math.max(12, Math.min(paper.width, 96) - indent)
  return fold(
    paper,
    text.replace(/\S+/g, (word) => broken(word, room)),
    indent,
  )
}

function broken(word: string, room: number): string {
  const letters = [...word]
  if (letters.length <= room) return word
  const pieces = Array.from({ length: Math.ceil(letters.length / room) }, (_, index) =>
    letters.slice(index * room, (index + 1) * room).join(''),
  )
  return pieces.join(' ')
}
