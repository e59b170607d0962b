import { type Column, count, fold, labelled, type Paper, printable, table } from '../../console/paper.ts'
import { nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { T_THRESHOLD } from '../../guard/welch.ts'
import type { Comparison, CounterExample } from './compare-answers.ts'
import { LEAST_DIFFERENCE, NINE_IN_TEN } from './compare-times.ts'
import { isProved, type ViewProof } from './prove.ts'
import type { TimedRun } from './timing.ts'

/** What was compared, how much, and every counter-example. */
export function describeProofs(paper: Paper, proofs: readonly ViewProof[], isLive: boolean): string[] {
  const good = proofs.every(isProved)
  const conclusion = good
    ? `${paper.good('No difference found')}: what was asked is answered as if what is hidden had never been there. That says nothing of questions that were not asked, of differences in time smaller than these tests see, and of other ways by which names get out.`
    : `${paper.bad('A difference was found')}: see above. Please report it.`
  return [...proofs.flatMap((proof) => [...describeProof(paper, proof, isLive), '']), ...fold(paper, conclusion)]
}

/** The same for programs. */
export function proofData({ answers, sockets, limits, ...proof }: ViewProof): Record<string, unknown> {
  return {
    ...proof,
    proved: isProved({ answers, sockets, limits, ...proof }),
    answers: plain(answers),
    sockets: sockets && plain(sockets),
    limits: limits && plain(limits),
  }
}

function plain({ counterExamples, ...comparison }: Comparison): Record<string, unknown> {
  const toHex = (octets: Uint8Array | undefined) => octets && Buffer.from(octets).toString('hex')
  return {
    ...comparison,
    counterExamples: counterExamples.map(({ question, answer, twin }) => ({
      ...{ transport: question.transport, name: nameToText(question.name), type: typeToText(question.type) },
      ...{ question: toHex(question.octets), answer: toHex(answer), expected: toHex(twin) },
    })),
  }
}

function describeProof(paper: Paper, proof: ViewProof, isLive: boolean): string[] {
  const { view, images, denied, hidden, askedAbout, answers, sockets, limits } = proof
  const octets = images.reduce((sum, image) => sum + image.octets, 0)
  const differing = images.filter(({ isSame }) => !isSame).map(({ zone }) => zone)
  const made = `${count(images.length, 'image')}, ${count(octets, 'octet')}, made by a process that ${
    denied === 0 ? 'may open no file' : `was denied ${count(denied, 'file')} of others`
  }`
  const names = hidden === askedAbout ? count(hidden, 'name') : `${askedAbout} of ${count(hidden, 'name')}`
  return [
    `${paper.bold(printable(view))}  ${isProved(proof) ? paper.good('no trace found') : paper.bad('differs')}`,
    ...labelled(
      paper,
      [
        [
          'images',
          verdict(
            paper,
            differing.length === 0,
            `${made}: ${differing.length === 0 ? `the same as ${isLive ? 'those being served' : 'with all files'}` : `${differing.join(', ')} not the same`}`,
          ),
        ],
        ['hidden', `${names} that other views have`],
        [
          'answers',
          told(paper, answers, isLive ? 'by the control channel, on the images being served' : 'in this process'),
        ],
        [
          'network',
          sockets === undefined ? network(isLive) : told(paper, sockets, `over UDP and TCP from ${sockets.from}`),
        ],
        ['limits', limits === undefined ? 'none are configured' : told(paper, limits, 'in one moment, after insiders')],
        ['time', proof.times.length === 0 ? 'nothing to compare' : describeRuns(paper, proof.times)],
        ...(proof.times.length === 0
          ? []
          : [
              [
                '',
                `${proof.isPinned ? 'on one processor' : 'not kept to one processor: no taskset'}; |t| of ${T_THRESHOLD} and more counts from ${LEAST_DIFFERENCE} µs on`,
              ] as const,
            ]),
      ],
      '  ',
    ),
    ...[...answers.counterExamples, ...(sockets?.counterExamples ?? []), ...(limits?.counterExamples ?? [])].flatMap(
      (each) => describeExample(paper, each),
    ),
  ]
}

function network(isLive: boolean): string {
  return isLive ? 'not asked: no address of this machine gets the view' : 'not asked: no server runs'
}

function told(paper: Paper, { questions, octets, limited, differing }: Comparison, how: string): string {
  const kept = limited === 0 ? '' : `, ${limited} kept back by rate limits`
  const asked = `${count(questions, 'question')} ${how}${kept}, ${count(octets, 'octet')}`
  return verdict(
    paper,
    differing === 0,
    `${asked}: ${differing === 0 ? 'as the twin answers' : `${differing} answered otherwise`}`,
  )
}

const RUN_COLUMNS: readonly Column[] = [
  { title: 'where' },
  { title: 'pairs', align: 'right' },
  { title: 't', align: 'right' },
  { title: 't of cropped', align: 'right' },
  { title: 'difference', align: 'right' },
]

function describeRuns(paper: Paper, runs: readonly TimedRun[]): string[] {
  const [titles, ...rows] = table(paper, RUN_COLUMNS, runs.map(runCells))
  return [titles!, ...rows.map((row, index) => (runs[index]!.isDifferent ? paper.bad(row) : row))]
}

function runCells({ place, transport, state, samples, whole, cropped }: TimedRun): string[] {
  return [
    `${place === 'process' ? 'in process' : 'round trip'} ${transport === 'udp' ? 'UDP' : 'TCP'} ${state}`,
    samples.toLocaleString('en-US'),
    whole.t.toFixed(2),
    cropped.map((each) => each.t.toFixed(2)).join(' '),
    `${signed(cropped[NINE_IN_TEN]!.difference)} µs`,
  ]
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
}

function describeExample(paper: Paper, { question, answer, twin }: CounterExample): string[] {
  const hex = (octets: Uint8Array | undefined) =>
    octets === undefined ? 'silence' : Buffer.from(octets).toString('hex')
  return [
    `  ${paper.bad('counter-example')} ${printable(nameToText(question.name))} ${typeToText(question.type)} ${question.transport}`,
    ...labelled(
      paper,
      [
        ['question', [hex(question.octets)]],
        ['answer', [hex(answer)]],
        ['expected', [hex(twin)]],
      ],
      '    ',
    ),
  ]
}

function verdict(paper: Paper, isGood: boolean, text: string): string {
  return isGood ? text : paper.bad(text)
}
