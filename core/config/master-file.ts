/**
 * Editing the text of master.cf as `postconf -M`, `-F` and `-P` do with `-e`, `-#` and `-X`. Entries that are not named, and
 * every comment, stay as they are; an entry that is changed is laid out anew.
 */
import type { ConfigProblem, MasterService } from './config.ts';
import { ConfigError } from './config.ts';
import { append, isBlankOrComment, physicalLines } from './main-file.ts';
import { MASTER_FIELDS, parseMasterEntry, readMasterCf } from './master-cf.ts';
import { trimBlanks } from './name-value.ts';
import { fieldIndex, fieldsOf, formatEntry } from './postconf/print.ts';

export interface ServicePattern {
  /** A name, or `*`. */
  readonly name: string;
  readonly type: string;
}

export type MasterEdit =
  | { readonly kind: 'entry'; readonly pattern: ServicePattern; readonly entry: MasterService }
  | { readonly kind: 'comment' | 'exclude'; readonly pattern: ServicePattern }
  | {
      readonly kind: 'field';
      readonly pattern: ServicePattern;
      readonly field: string;
      readonly value: string;
    }
  | {
      readonly kind: 'parameter';
      readonly pattern: ServicePattern;
      readonly parameter: string;
      /** undefined removes the override. */
      readonly value: string | undefined;
    };

export interface EditedMaster {
  readonly text: string;
  /** The edits that no entry matched (a new entry is added at the end then). */
  readonly unmatched: readonly MasterEdit[];
  /** What is odd about the entries that were changed. */
  readonly problems: readonly ConfigProblem[];
}

export function matchesService(
  pattern: ServicePattern,
  service: Pick<MasterService, 'name' | 'type'>,
): boolean {
  return (
    (pattern.name === '*' || pattern.name === service.name) &&
    (pattern.type === '*' || pattern.type === service.type)
  );
}

/** Throws ConfigError when an entry that is to change, or what it becomes, is no service. `path` names the file. */
export function editMasterCf(text: string, edits: readonly MasterEdit[], path: string): EditedMaster {
  const out: string[] = [];
  const context: Context = { edits, path, counts: new Map(), problems: [] };
  const lines = physicalLines(text);
  for (let at = 0; at < lines.length;) {
    const start = lines[at] ?? '';
    const isEntry = !isBlankOrComment(start) && !/^\s/.test(start);
    const end = isEntry ? entryEnd(lines, at) : at + 1;
    const block = lines.slice(at, end);
    at = end;
    out.push(...(isEntry ? editBlock(block, context, end) : block));
  }
  const unmatched = edits.filter((edit) => !context.counts.has(edit));
  for (const edit of unmatched)
    if (edit.kind === 'entry') append(out, `${formatEntry(edit.entry, { fold: true })}\n`);
  return { text: out.join(''), unmatched, problems: context.problems };
}

/** The first line after an entry, its continuation lines and the comments among them. */
function entryEnd(lines: readonly string[], start: number): number {
  let end = start + 1;
  for (let at = end; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (isBlankOrComment(line)) continue;
    if (!/^\s/.test(line)) break;
    end = at + 1;
  }
  return end;
}

interface Context {
  readonly edits: readonly MasterEdit[];
  readonly path: string;
  readonly counts: Map<MasterEdit, number>;
  readonly problems: ConfigProblem[];
}

function editBlock(block: readonly string[], context: Context, lastLine: number): readonly string[] {
  const [name = '', type = ''] = trimBlanks(block[0] ?? '').split(/\s+/);
  const matching = context.edits.filter((edit) => matchesEdit(edit, name, type));
  for (const edit of matching) context.counts.set(edit, (context.counts.get(edit) ?? 0) + 1);
  const last = matching.at(-1);
  if (last === undefined) return block;
  const comments = block.filter(isBlankOrComment);
  switch (last.kind) {
    case 'exclude':
      return comments;
    case 'comment':
      return block.map((line) => (isBlankOrComment(line) ? line : `#${line}`));
    case 'entry':
      return [...replacement(matching, context), ...comments];
    case 'field':
    case 'parameter': {
      const service = matching.reduce(changeEntry, parseBlock(block, context, lastLine));
      return [...comments, `${formatEntry(service, { fold: true })}\n`];
    }
  }
}

/** The new entry takes the place of the first one it replaces; the others go. */
function replacement(matching: readonly MasterEdit[], context: Context): readonly string[] {
  const first = matching.find((edit) => context.counts.get(edit) === 1);
  return first?.kind === 'entry' ? [`${formatEntry(first.entry, { fold: true })}\n`] : [];
}

/** An edit of a whole entry replaces what it names and what would be its double. */
function matchesEdit(edit: MasterEdit, name: string, type: string): boolean {
  const service = { name, type: type as MasterService['type'] };
  if (matchesService(edit.pattern, service)) return true;
  return edit.kind === 'entry' && edit.entry.name === name && edit.entry.type === type;
}

function parseBlock(block: readonly string[], context: Context, lastLine: number): MasterService {
  const text = block.filter((line) => !isBlankOrComment(line)).join('');
  try {
    return parseMasterEntry(text, context.problems);
  } catch (error) {
    if (error instanceof ConfigError && error.message === 'bad field count')
      throw new ConfigError(`file ${context.path}: line ${lastLine}: ${error.message}`);
    throw error;
  }
}

function changeEntry(service: MasterService, edit: MasterEdit): MasterService {
  if (edit.kind === 'field') return changeField(service, edit.field, edit.value);
  if (edit.kind === 'parameter') return changeParameter(service, edit.parameter, edit.value);
  return service;
}

function changeField(service: MasterService, field: string, value: string): MasterService {
  if (field === 'command') return parseMasterEntry([...fieldsOf(service).slice(0, -1), value].join(' '));
  const fields = fieldsOf(service).map((old, at) => (at === fieldIndex(field) ? value : old));
  const [name = '', type = '', priv = '', unprivileged = '', chroot = ''] = fields;
  const [wakeup = '', processLimit = ''] = fields.slice(5);
  return {
    ...service,
    name,
    type: type as MasterService['type'],
    private: priv,
    unprivileged,
    chroot,
    wakeup,
    processLimit,
  };
}

/** Throws ConfigError for a value that the field cannot have, with Postfix's text. */
export function checkFieldValue(field: string, value: string): void {
  const sample = ['smtp', 'inet', '-', '-', '-', '-', '-', 'smtpd'];
  const at = fieldIndex(field);
  if (at < 1 || at > 6 || value === '') return;
  sample[at] = value;
  try {
    readMasterCf(sample.join(' '), '');
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ConfigError(`invalid ${MASTER_FIELDS[at] ?? ''} field "${value}" in "${value}"`);
    throw error;
  }
}

function changeParameter(service: MasterService, name: string, value: string | undefined): MasterService {
  const args = service.arguments;
  const options: string[] = [];
  const isSame = (assignment: string) => assignment.startsWith(`${name}=`);
  const added = value === undefined ? [] : ['-o', `${name}=${value}`];
  let isPlaced = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!word.startsWith('-') || word === '--') break;
    const assignment = word === '-o' ? args[at + 1] : undefined;
    if (assignment !== undefined) at++;
    if (assignment === undefined) options.push(word);
    else if (!isSame(assignment)) options.push(word, assignment);
    else {
      options.push(...added);
      isPlaced = true;
    }
  }
  return { ...service, arguments: [...options, ...(isPlaced ? [] : added), ...args.slice(at)] };
}
