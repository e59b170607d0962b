import { STATES } from '../judging/judgement.ts'
import { byArea } from './by-control.ts'
import type { HostReport } from './host-report.ts'

interface Metric {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The report as a text file for node_exporter's textfile collector (Prometheus' text format 0.0.4). */
export function prometheusReport(report: HostReport): string {
  return metricsOf(report).map(metricText).join('')
}

function metricsOf(report: HostReport): readonly Metric[] {
  const { counts, drift } = report
  const results = byArea(report).flatMap(({ results }) => results)
  const count = (value: number): readonly Sample[] => [{ labels: {}, value }]
  return [
    {
      name: 'hostcheck_findings',
      help: 'Findings of the last run by state, waived ones apart.',
      samples: STATES.map((state) => ({ labels: { state }, value: counts[state] })),
    },
    {
      name: 'hostcheck_findings_waived',
      help: 'Findings of the last run that are waived.',
      samples: count(counts.waived),
    },
    {
      name: 'hostcheck_control',
      help: 'Controls of the last run, 1 each, with their worst state.',
      samples: results.map(({ control: { id, severity, area }, state }) => ({
        labels: { control: id, severity, area, state },
        value: 1,
      })),
    },
    {
      name: 'hostcheck_notices',
      help: 'Waivers and attestations that are expired or fit nothing.',
      samples: count(report.notices.length),
    },
    ...(drift === undefined
      ? []
      : [
          {
            name: 'hostcheck_drift',
            help: 'Findings that came, went or changed since the run before.',
            samples: count(drift.appeared.length + drift.gone.length + drift.changed.length),
          },
        ]),
    { name: 'hostcheck_last_run_timestamp_seconds', help: 'When the last run was.', samples: count(report.at) },
  ]
}

function metricText({ name, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
