import { printable } from '../../../console/paper.ts'

/** HTML that is known to be well-formed: only `html` makes it, so no text gets into a page without being escaped. */
export interface Markup {
  readonly markup: string
}

type Piece = Markup | readonly Markup[] | string | number | undefined

/** Text becomes escaped text, fit for attributes in double quotes, too; markup and lists of it are put in as they are. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: parts.reduce((all, part, index) => `${all}${toMarkup(pieces[index - 1])}${part}`) }
}

function toMarkup(piece: Piece): string {
  if (piece === undefined) return ''
  if (typeof piece === 'string' || typeof piece === 'number') return escaped(String(piece))
  return 'markup' in piece ? piece.markup : piece.map(({ markup }) => markup).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Control characters, and those that turn the order of what is read, become visible; lines and tabs stay. */
function escaped(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line).replace(/[&<>"']/g, (character) => ENTITIES[character]!))
    .join('\n')
}
