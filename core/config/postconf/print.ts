/** How postconf(1) lays out main.cf lines and master.cf entries. */
import type { MasterService } from '../config.ts';
import { MASTER_FIELDS } from '../master-cf.ts';

const LINE_LIMIT = 80;
const INDENT = '    ';
/** Columns at which the fields of an entry begin, where there is room. */
const COLUMNS = [0, 11, 17, 25, 33, 41, 49, 57];
const BLANK = /[ \t\r\n\f\v]/;

/** White space between words becomes one space; folded, a line is at most 80 characters where words allow it. */
export function formatLine(text: string, fold: boolean): string {
  const words = text.split(/[ \t\r\n\f\v]+/).filter((w) => w !== '');
  if (!fold) return words.join(' ');
  let out = '';
  let length = 0;
  for (const word of words) {
    if (length > INDENT.length && length + 1 + word.length > LINE_LIMIT) {
      out += `\n${INDENT}${word}`;
      length = INDENT.length + word.length;
    } else {
      out += length === 0 ? word : ` ${word}`;
      length += word.length + (length === 0 ? 0 : 1);
    }
  }
  return out;
}

export interface EntryStyle {
  readonly fold: boolean;
  /** What `-o name=value` becomes (`-x`). */
  readonly expand?: (value: string) => string;
}

/** The eight columns of an entry as they stand in the file. */
export function fieldsOf(service: MasterService): readonly string[] {
  return [
    service.name,
    service.type,
    service.private,
    service.unprivileged,
    service.chroot,
    service.wakeup,
    service.processLimit,
    service.command,
  ];
}

/** One service as `postconf -M` prints it, without the newline. */
export function formatEntry(service: MasterService, style: EntryStyle): string {
  let line = '';
  fieldsOf(service).forEach((field, at) => {
    if (at > 0) line = `${line} `.padEnd(COLUMNS[at] ?? 0);
    line += field;
  });
  return line + formatArguments(service.arguments, { ...style, length: line.length });
}

/** The command and its arguments: the last field of `postconf -F`. */
export function formatCommand(service: MasterService, style: EntryStyle): string {
  return (
    service.command + formatArguments(service.arguments, { fold: false, length: 0, ...pickExpand(style) })
  );
}

function pickExpand(style: EntryStyle): Pick<EntryStyle, 'expand'> {
  return style.expand === undefined ? {} : { expand: style.expand };
}

interface Item {
  readonly text: string;
  /** An option with a value has a line of its own. */
  readonly isAlone: boolean;
  /** What it counts when a line is filled. */
  readonly width: number;
}

function formatArguments(args: readonly string[], style: EntryStyle & { length: number }): string {
  let out = '';
  let length = style.length;
  for (const item of argumentItems(args, style.expand)) {
    if (item.isAlone) length = LINE_LIMIT;
    if (style.fold && length > INDENT.length && length + 1 + item.width > LINE_LIMIT) {
      out += `\n${INDENT}${item.text}`;
      length = INDENT.length + item.text.length;
    } else {
      out += ` ${item.text}`;
      length += 1 + item.text.length;
    }
    if (item.isAlone) length = LINE_LIMIT;
  }
  return out;
}

function argumentItems(args: readonly string[], expand: EntryStyle['expand']): Item[] {
  const items: Item[] = [];
  let inOptions = true;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (inOptions && word === '-o' && args[at + 1] !== undefined) {
      const value = args[++at] ?? '';
      const shown = expand === undefined ? value : expand(value);
      items.push({ text: `-o ${group(shown)}`, isAlone: true, width: shown.length + 5 });
      continue;
    }
    // Postfix leaves the braces off the first word that is no option.
    items.push({ text: inOptions ? word : group(word), isAlone: false, width: word.length });
    inOptions &&= word.startsWith('-') && word !== '--';
  }
  return items;
}

/** Text with white space needs braces to stay one word. */
function group(word: string): string {
  return BLANK.test(word) ? `{${word}}` : word;
}

/** The name of a field of `postconf -F`, and its place. */
export function fieldIndex(name: string): number {
  return MASTER_FIELDS.findIndex((f) => f === name);
}
