/** Building an indexed table from its source: what postmap(1) and postalias(1) have in common. */
import { readFileSync } from 'node:fs';
import type { CompiledEntry } from '../store/store.ts';
import { parseAlias } from './aliases.ts';
import { foldKey } from './context.ts';
import type { ParsedEntry } from './entries.ts';
import { parseEntry } from './entries.ts';
import { errorText, logicalLines } from './lines.ts';

export interface BuildOptions {
  readonly command: 'postmap' | 'postalias';
  /** Keys are folded to lower case (without -f). */
  readonly folds: boolean;
  /** The second entry of a key: warned about and ignored, ignored (-w), or it replaces the first (-r). */
  readonly duplicates: 'warn' | 'ignore' | 'replace';
  /** -F: the value is a list of files whose content becomes the value, in base64. */
  readonly valueIsFile: boolean;
  /** `type:path`, for messages. */
  readonly table: string;
  /** The source's name, for messages: a path or `stdin`. */
  readonly source: string;
  /** Whether entries remember their line: not those from standard input. */
  readonly keepsLines: boolean;
  readonly warn: (warning: string) => void;
}

function readFiles(list: string): { readonly value: string } | { readonly reason: string } {
  const contents: Buffer[] = [];
  for (const name of list.split(/[,\s]+/).filter((word) => word !== '')) {
    try {
      contents.push(readFileSync(name));
    } catch (error) {
      return { reason: `open ${name}: ${errorText(error)}` };
    }
  }
  return { value: Buffer.concat(contents).toString('base64') };
}

/** A table under construction. */
export interface Builder {
  /** Adds the entries of a source text. */
  addText(text: string): void;
  /** Adds one entry as the duplicates option says, or in any case. */
  add(entry: CompiledEntry, replaces?: boolean): void;
  entries(): readonly CompiledEntry[];
}

export function createBuilder(options: BuildOptions, existing: Iterable<CompiledEntry> = []): Builder {
  const entries = new Map<string, CompiledEntry>();
  for (const entry of existing) entries.set(entry.key, entry);
  const parse: (line: { text: string; line: number }) => ParsedEntry | undefined =
    options.command === 'postalias' ? parseAlias : parseEntry;

  function add(entry: CompiledEntry, replaces = options.duplicates === 'replace'): void {
    const key = options.folds ? foldKey(entry.key) : entry.key;
    if (replaces || !entries.has(key)) entries.set(key, { ...entry, key });
    else if (options.duplicates === 'warn') options.warn(`${options.table}: duplicate entry: "${key}"`);
  }

  function addParsed(parsed: CompiledEntry, line: number): void {
    const entry = options.keepsLines ? parsed : { key: parsed.key, value: parsed.value };
    if (!options.valueIsFile) {
      add(entry);
      return;
    }
    const read = readFiles(entry.value);
    if ('value' in read) add({ ...entry, value: read.value });
    else options.warn(`${options.source}, line ${line}: ${read.reason}: skipping this entry`);
  }

  return {
    add,
    addText(text) {
      const lines = logicalLines(text, (warning) => {
        options.warn(`${options.source}: ${warning}`);
      });
      for (const line of lines) {
        const parsed = parse(line);
        if (parsed?.warning !== undefined) {
          options.warn(`${options.source}, line ${line.line}: ${parsed.warning}`);
        }
        if (parsed?.ok === true) addParsed(parsed.entry, line.line);
      }
    },
    entries: () => [...entries.values()],
  };
}
