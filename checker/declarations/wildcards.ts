/**
 * Whether a text fits a pattern, in which `*` stands for any text and `?` for one character; all else stands for
 * itself. At most as many steps as the product of the two lengths, whatever they hold.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  const [letters, signs] = [[...text], [...pattern]]
  let at = 0
  let sign = 0
  let star = -1
  let resume = 0
  while (at < letters.length) {
    if (signs[sign] === '*') {
      star = sign++
      resume = at
    } else if (signs[sign] === '?' || signs[sign] === letters[at]) {
      sign++
      at++
    } else if (star >= 0) {
      // The last star takes one letter more.
      sign = star + 1
      at = ++resume
    } else return false
  }
  return signs.slice(sign).every((each) => each === '*')
}
