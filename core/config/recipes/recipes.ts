/**
 * Recipes: ready changes of the configuration, one file each, and how they are made into new texts.
 *
 * A recipe is data. `planRecipe` gives the files that it would change, with their new texts; nothing is written here.
 * A step that is done already changes nothing, so a recipe whose plan is empty is in the files already.
 */
import { readMainCf } from '../main-cf.ts';
import { editMainCf } from '../main-file.ts';
import { wordsOf } from '../check/lines.ts';
import { readMasterCf } from '../master-cf.ts';
import { editMasterCf } from '../master-file.ts';
import { alias } from './alias.ts';
import { blockSender } from './block-sender.ts';
import { catchEverything } from './catch-everything.ts';
import { forward } from './forward.ts';
import { greylisting } from './greylisting.ts';
import { hideHeaders } from './hide-headers.ts';
import { localMail } from './local-mail.ts';
import type { Recipe, RecipeChange } from './recipe.ts';
import { policyService } from './policy-service.ts';
import { refuseAtTheDoor } from './refuse-at-the-door.ts';
import { senderRewriting } from './sender-rewriting.ts';
import { spamassassin } from './spamassassin.ts';
import { spf } from './spf.ts';
import { virtualAlias } from './virtual-alias.ts';
import { virtualMailbox } from './virtual-mailbox.ts';

export type { Recipe } from './recipe.ts';

/** In the order of the sections. */
export const RECIPES: readonly Recipe[] = [
  localMail,
  refuseAtTheDoor,
  catchEverything,
  alias,
  forward,
  virtualMailbox,
  virtualAlias,
  blockSender,
  hideHeaders,
  greylisting,
  spamassassin,
  policyService,
  spf,
  senderRewriting,
];

export interface RecipeSurroundings {
  /** The sandbox's owner. */
  readonly login: string;
  /** The configuration folder. */
  readonly config: string;
  /** The domains of mydestination. */
  readonly destinations: readonly string[];
}

/** Fills a text in. */
export type Fill = (text: string) => string;

export function createFill(
  recipe: Recipe,
  given: Readonly<Record<string, string>>,
  around: RecipeSurroundings,
): Fill {
  const destinations = around.destinations.map((domain) => domain.replace(/[.\\+*?^$()[\]{}|]/g, '\\$&'));
  const known: Record<string, string> = {
    login: around.login,
    config: around.config,
    destinations: [...new Set(destinations)].join('|'),
  };
  const fill: Fill = (text) =>
    text.replace(/(?<!\$)\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
  for (const { name, value } of recipe.fields) known[name] = oneLine(given[name]) ?? fill(value);
  return fill;
}

/** A field is a word or a few on a line: a line end would begin another setting. */
function oneLine(text: string | undefined): string | undefined {
  const words = text?.replace(/\s+/g, ' ').trim();
  return words === '' ? undefined : words;
}

/** The files that are other than they were, by name. */
export function planRecipe(
  recipe: Recipe,
  fill: Fill,
  textOf: (file: string) => string | undefined,
): Readonly<Record<string, string>> {
  const plan: Record<string, string> = {};
  const read = (file: string) => plan[file] ?? textOf(file);
  for (const change of recipe.changes) {
    const file = fileOf(change, fill);
    const before = read(file);
    const after = changed(before, change, fill);
    if (after !== before) plan[file] = after;
  }
  return plan;
}

function fileOf(change: RecipeChange, fill: Fill): string {
  if (change.kind === 'lines' || change.kind === 'no-line') return fill(change.file);
  return change.kind === 'override' || change.kind === 'no-override' ? 'master.cf' : 'main.cf';
}

function changed(text: string | undefined, change: RecipeChange, fill: Fill): string {
  switch (change.kind) {
    case 'set':
      return withSetting(text ?? '', change.name, fill(change.value));
    case 'first':
      return withFirst(text ?? '', change.name, fill(change.words));
    case 'lines':
      return withLines(text, fill(change.comment), change.lines.map(fill));
    case 'no-line':
      return withoutLine(text ?? '', fill(change.key));
    case 'override':
      return withOverride(text ?? '', change.name, fill(change.value));
    case 'no-override':
      return withoutOverride(text ?? '', change.name);
  }
}

const settingOf = (text: string, name: string) => readMainCf(text, 'main.cf').settings.get(name);

function withSetting(text: string, name: string, value: string): string {
  return settingOf(text, name)?.value === value ? text : editMainCf(text, 'set', [{ name, value }]).text;
}

function withFirst(text: string, name: string, words: string): string {
  const set = settingOf(text, name);
  if (set === undefined || set.value === '') return withSetting(text, name, words);
  const plain = (list: string) => list.replace(/[\s,]+/g, ' ');
  if (plain(set.value).includes(plain(words))) return text;
  const first = wordsOf(text, set.origin, name)[0];
  if (first === undefined) return withSetting(text, name, words);
  const lines = text.split('\n');
  const line = lines[first.line - 1] ?? '';
  lines[first.line - 1] = `${line.slice(0, first.column)}${words}, ${line.slice(first.column)}`;
  return lines.join('\n');
}

function withLines(text: string | undefined, comment: string, lines: readonly string[]): string {
  const known = new Set((text ?? '').split('\n').map((line) => line.trim()));
  const missing = lines.filter((line) => !known.has(line.trim()));
  if (missing.length === 0) return text ?? '';
  // lines that belong together stay together
  const added = missing.some((line) => /^(?:end)?if\b/.test(line)) ? lines : missing;
  const before = text === undefined || text === '' ? `${comment}\n` : text.replace(/\n?$/, '\n');
  return `${before}${added.join('\n')}\n`;
}

function withoutLine(text: string, key: string): string {
  const isEntry = (line: string) =>
    line.toLowerCase().startsWith(key.toLowerCase()) && /^[:\s]/.test(line.slice(key.length));
  return text
    .split('\n')
    .map((line) => (isEntry(line) ? `#${line}` : line))
    .join('\n');
}

function withOverride(text: string, parameter: string, value: string): string {
  const edits = readMasterCf(text, 'master.cf')
    .services.filter(
      ({ command, overrides }) =>
        command === 'smtpd' && !overrides.some((one) => one.name === parameter && one.value === value),
    )
    .map(({ name, type }) => ({ kind: 'parameter' as const, pattern: { name, type }, parameter, value }));
  return edits.length === 0 ? text : editMasterCf(text, edits, 'master.cf').text;
}

/** Commented out, with what it was: the comment above it may be about it. */
function withoutOverride(text: string, name: string): string {
  const lines = text.split('\n');
  for (const service of readMasterCf(text, 'master.cf').services)
    for (const override of service.command === 'smtpd' ? service.overrides : [])
      if (override.name === name)
        lines[override.origin.line - 1] = `#${lines[override.origin.line - 1] ?? ''}`;
  return lines.join('\n');
}
