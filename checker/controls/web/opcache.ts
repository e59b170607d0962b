import { apache } from '../../facts/apache.ts'
import type { Host } from '../../facts/host.ts'
import { nginx, nginxSetting } from '../../facts/nginx.ts'
import { glob } from '../../facts/paths.ts'
import { iniLines } from '../../facts/php-ini.ts'
import { cite, HOST, type Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'

/** What PHP begins with (ext/opcache): mebibytes, and files that it keeps. */
const BEGINS_WITH: Readonly<Record<string, number>> = {
  'opcache.memory_consumption': 128,
  'opcache.max_accelerated_files': 10_000,
}
/** A WordPress with a few plugins has some three thousand files; translated they take a third of this. */
const [SMALLEST_MEBIBYTES, FEWEST_FILES] = [64, 4000]

/** Without its cache PHP reads and translates each file for each request; with one that is too small, most of them. */
export function judgeOpcache(host: Host): readonly Judgement[] {
  const folders = glob(host.root, '/etc/php/*/fpm').concat(glob(host.root, '/etc/php/*/apache2'))
  return folders.map((folder) => {
    const lines = [`${folder}/php.ini`, ...glob(host.root, `${folder}/conf.d/*.ini`)].flatMap((path) =>
      iniLines(host.root, path),
    )
    const last = (name: string) => lines.findLast(({ key }) => key === name)
    const loaded = lines.findLast(({ key, value }) => key === 'zend_extension' && value.includes('opcache'))
    const numbers = Object.keys(BEGINS_WITH).map((name) => ({
      set: last(name),
      value: Number(last(name)?.value ?? BEGINS_WITH[name]),
    }))
    const cited = [last('opcache.enable'), loaded, ...numbers.map(({ set }) => set)]
    const subject = folders.length === 1 ? HOST : `cache of ${folder.includes('/fpm') ? 'PHP-FPM' : 'mod_php'}`
    const say = sayOf(
      subject,
      cited.flatMap((each) => (each === undefined ? [] : [cite(each.at)])),
    )
    if (loaded === undefined || last('opcache.enable')?.value === '' || last('opcache.enable')?.value === '0') {
      return say('warn', 'no-opcache', 'PHP translates every file anew for each request: its cache is off.')
    }
    const [mebibytes, files] = numbers.map(({ value }) => value) as [number, number]
    const told = `${mebibytes} MiB for at most ${files} files`
    return mebibytes < SMALLEST_MEBIBYTES || files < FEWEST_FILES
      ? say(
          'warn',
          'small-opcache',
          `PHP's cache is too small for a site of today (${told}): what does not fit is translated anew each time.`,
        )
      : say('pass', 'opcache', `PHP keeps what it has translated: ${told}.`)
  })
}

/** A connection for each image of a page costs both sides more than the images. */
export function judgeKeepAlive(host: Host): readonly Judgement[] {
  const found = host.get(apache)
  const off = found?.isEnabled === true ? found.main.filter(({ name }) => name === 'keepalive').at(-1) : undefined
  const front = host.get(nginx)
  const short = front?.isEnabled === true ? nginxSetting([front.http], 'keepalive_timeout') : undefined
  const reason = 'It closes the connection after each answer: a page with thirty images takes thirty of them.'
  return [
    ...(off?.words[0]?.toLowerCase() === 'off'
      ? [sayOf('connections of Apache', [cite(off.at)])('warn', 'no-keep-alive', reason)]
      : []),
    ...(short !== undefined && /^0(?:s|ms)?$/.test(short.words[0] ?? '')
      ? [sayOf('connections of nginx', [cite(short.at)])('warn', 'no-keep-alive', reason)]
      : []),
  ]
}
