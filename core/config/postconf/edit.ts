/** `postconf -e`, `-#`, `-X`, for main.cf and with `-M`, `-F`, `-P` for master.cf. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../config.ts';
import { editMainCf } from '../main-file.ts';
import type { MainEdit } from '../main-file.ts';
import { MASTER_FIELDS, parseMasterEntry } from '../master-cf.ts';
import { checkFieldValue, editMasterCf } from '../master-file.ts';
import type { MasterEdit } from '../master-file.ts';
import { splitNameValue } from '../name-value.ts';
import { reasonOf } from '../settings.ts';
import type { PostconfOptions } from './options.ts';
import type { Output } from './output.ts';
import { parseServicePattern } from './pattern.ts';

export interface EditDeps {
  readonly directory: string;
  readonly output: Output;
  /** Writes the file whole or not at all. */
  readonly replaceFile: (path: string, text: string) => void;
}

export function runEdit(options: PostconfOptions, deps: EditDeps): void {
  const { names } = options;
  if (names.length === 0)
    throw new ConfigError(
      options.edit === 'set' ? '-e requires name=value argument' : 'missing service argument',
    );
  for (const text of names) {
    if (text.includes('\n')) throw new ConfigError('-e, -X, or -# accepts no multi-line input');
    if (/^\s*#/.test(text)) throw new ConfigError('-e, -X, or -# accepts no comment input');
  }
  if (options.subject === 'main') editMain(options, deps);
  else editMaster(options, deps);
}

function editMain(options: PostconfOptions, deps: EditDeps): void {
  const mode = options.edit ?? 'set';
  const edits = new Map<string, MainEdit>();
  for (const text of options.names) {
    const edit: MainEdit = mode === 'set' ? assignment(text) : { name: text };
    const earlier = edits.get(edit.name);
    if (earlier !== undefined)
      deps.output.warning(`ignoring earlier request: '${earlier.name} = ${earlier.value ?? ''}'`);
    edits.set(edit.name, edit);
  }
  const path = join(deps.directory, 'main.cf');
  const edited = editMainCf(readForEdit(path), mode, [...edits.values()]);
  for (const name of edited.multiple) deps.output.warning(`${path}: multiple entries for "${name}"`);
  write(path, edited.text, deps);
}

function assignment(text: string): { readonly name: string; readonly value: string } {
  const pair = splitNameValue(text);
  if (pair.kind === 'error') throw new ConfigError(`${pair.reason}: "${text.trimStart()}"`);
  return pair;
}

function editMaster(options: PostconfOptions, deps: EditDeps): void {
  const path = join(deps.directory, 'master.cf');
  const requests = options.names.map((text) => ({ text, edit: masterEdit(text, options) }));
  const edits = requests.map((request) => request.edit);
  const edited = editMasterCf(readForEdit(path), edits, path);
  for (const problem of edited.problems) deps.output.warning(`master.cf: ${problem.message}`);
  for (const { text, edit } of requests)
    if (edited.unmatched.includes(edit) && (edit.kind === 'field' || edit.kind === 'parameter'))
      deps.output.warning(`unmatched service_name/type: "${text}"`);
  write(path, edited.text, deps);
}

function masterEdit(text: string, options: PostconfOptions): MasterEdit {
  const given = options.edit === 'set' ? assignment(text) : { name: text, value: '' };
  switch (options.subject) {
    case 'fields':
      return fieldEdit(given);
    case 'parameters':
      return parameterEdit(given, options.edit === 'set');
    default:
      return entryEdit(given, text, options.edit);
  }
}

type Given = ReturnType<typeof assignment>;

function entryEdit(given: Given, text: string, mode: PostconfOptions['edit']): MasterEdit {
  const [name = '', type = ''] = required(given.name, 2, '-Me, -MX or -M# requires service_name/type');
  const pattern = { name, type };
  if (mode === 'comment' || mode === 'exclude') return { kind: mode, pattern };
  try {
    return { kind: 'entry', pattern, entry: parseMasterEntry(given.value) };
  } catch (error) {
    if (error instanceof ConfigError && error.message === 'bad field count')
      throw new ConfigError(`bad field count: "${text}"`);
    throw error;
  }
}

function fieldEdit(given: Given): MasterEdit {
  const form = '-Fe or -FX requires service_name/type/field_name';
  const [name = '', type = '', field = ''] = required(given.name, 3, form);
  if (field === '*') throw new ConfigError('-Fe does not accept wild-card field name');
  if (!MASTER_FIELDS.some((f) => f === field))
    throw new ConfigError(`invalid service attribute name: "${field}"`);
  checkFieldValue(field, given.value);
  return { kind: 'field', pattern: { name, type }, field, value: given.value };
}

function parameterEdit(given: Given, isSet: boolean): MasterEdit {
  const form = '-Pe or -PX requires service_name/type/parameter';
  const [name = '', type = '', parameter = ''] = required(given.name, 3, form);
  if (parameter === '*') throw new ConfigError('-Pe does not accept wild-card parameter name');
  if (/\s/.test(given.value)) throw new ConfigError('-Pe does not accept whitespace in parameter value');
  return { kind: 'parameter', pattern: { name, type }, parameter, value: isSet ? given.value : undefined };
}

function required(text: string, count: number, message: string): readonly string[] {
  const parts = parseServicePattern(text, count, count);
  if (parts === undefined) throw new ConfigError(message);
  return parts;
}

function readForEdit(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`open ${path} for reading: ${reasonOf(error)}`);
  }
}

function write(path: string, text: string, deps: EditDeps): void {
  try {
    deps.replaceFile(path, text);
  } catch (error) {
    throw new ConfigError(`open ${path}: ${reasonOf(error)}`);
  }
}
