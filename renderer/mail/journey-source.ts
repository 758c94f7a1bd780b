/** Which setting a decision came from, as it is shown: a name, where it stands, and the file to go to. Pure. */
import type { MessageDetail } from '../../core/api/contract/mail.ts';

/** As the contract gives it: like core's own, with optional values that may also be undefined. */
export type JourneyEntry = MessageDetail['journey'][number];
type Source = NonNullable<JourneyEntry['source']>;

export interface ShownSource {
  readonly name: string;
  readonly where: string;
  /** A file of the configuration folder. */
  readonly file?: string;
  readonly line?: number;
}

const baseName = (path: string) =>
  path
    .replace(/^[a-z]+:/, '')
    .split('/')
    .at(-1) ?? path;

function at(file: string | undefined, line: number | undefined): Pick<ShownSource, 'file' | 'line'> {
  if (file === undefined || file === '') return {};
  return { file: baseName(file), ...(line === undefined || line < 1 ? {} : { line }) };
}

const lineText = (line: number | undefined) => (line === undefined || line < 1 ? '' : ` line ${line}`);

/** `name = value`, shortened: long values are seen where they stand. */
const short = (value: string) => (value.length > 60 ? `${value.slice(0, 58)}…` : value);

export function sourceOf(source: Source): ShownSource {
  switch (source.kind) {
    case 'parameter': {
      const place = at(source.file, source.line);
      const where = place.file === undefined ? 'by default' : `${place.file}${lineText(source.line)}`;
      return {
        name: source.name,
        where: `${source.value === '' ? '' : `= ${short(source.value)} · `}${where}`,
        ...place,
      };
    }
    case 'table': {
      const isFile = source.table.includes('/');
      return {
        name: isFile ? baseName(source.table) : source.table,
        where: `${source.key}${source.value === '' ? '' : ` → ${short(source.value)}`}${lineText(source.line)}`,
        ...(isFile ? at(source.table, source.line) : {}),
      };
    }
    case 'restriction': {
      const place = at(source.file, source.line);
      return { name: source.name, where: `${source.list}${lineText(source.line)}`, ...place };
    }
    case 'standard':
      return { name: source.name, where: '' };
  }
}
