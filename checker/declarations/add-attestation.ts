import { isSeq, parseDocument } from 'yaml'

/** An attestation as hostcheck.yaml holds it. */
export interface NewAttestation {
  readonly control: string
  readonly subject?: string
  readonly statement: string
  readonly by: string
  readonly on: string
  readonly expires: string
}

/**
 * The text of hostcheck.yaml with one attestation more, everything else as it stands, comments too. An earlier one of the
 * same control and subject is replaced. The text must have been read without problems before.
 */
export function withAttestation(text: string, attestation: NewAttestation): string {
  const document = parseDocument(text)
  const list = document.get('attestations')
  if (!isSeq(list)) {
    document.set('attestations', document.createNode([attestation]))
    return document.toString({ lineWidth: 0 })
  }
  list.items = list.items.filter((item) => !isSame((item as { toJSON(): unknown }).toJSON(), attestation))
  list.flow = false
  list.add(document.createNode(attestation))
  return document.toString({ lineWidth: 0 })
}

function isSame(raw: unknown, { control, subject }: NewAttestation): boolean {
  const other = raw as Partial<NewAttestation>
  return other.control === control && other.subject === subject
}
