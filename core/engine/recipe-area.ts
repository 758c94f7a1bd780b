/** Recipes applied to the configuration folder, taken back, and shown to work by a message that is not sent. */
import type { RecipeArea } from '../api/areas/recipes.ts';
import type { LabArea } from '../api/areas/lab.ts';
import type { RecipeTrial } from '../api/contract/recipes.ts';
import { merge, mergedText } from '../api/contract/text-diff.ts';
import type { TraceResult } from '../api/contract/trace.ts';
import { checkConfig, type CheckOptions } from '../config/check.ts';
import type { Config } from '../config/config.ts';
import { createFill, planRecipe, RECIPES, type Fill, type Recipe } from '../config/recipes/recipes.ts';
import type { RevisionStore } from '../store/side-stores.ts';
import { sourceAnswer } from '../tables/source-problems.ts';
import type { ConfigFiles } from './config-files.ts';
import type { ConfigWriter } from './config-writer.ts';

export interface RecipeAreaDependencies {
  readonly directory: string;
  readonly loginUser: string;
  readonly config: () => Config;
  readonly files: ConfigFiles;
  readonly writer: ConfigWriter;
  readonly revisions: RevisionStore;
  readonly checkOptions: (drafts: Readonly<Record<string, string>>) => CheckOptions;
  readonly lab: Pick<LabArea, 'trace'>;
}

type Fields = Readonly<Record<string, string>>;

export function createRecipeArea(dependencies: RecipeAreaDependencies): RecipeArea {
  const { directory, loginUser, config, files, writer, revisions, checkOptions, lab } = dependencies;
  const find = (id: string) => RECIPES.find((recipe) => recipe.id === id);

  const fillOf = (recipe: Recipe, fields: Fields) =>
    createFill(recipe, fields, {
      login: loginUser,
      config: directory,
      destinations: config().list('mydestination'),
    });
  const planOf = (recipe: Recipe, fields: Fields) =>
    planRecipe(recipe, fillOf(recipe, fields), (file) => files.read(file));

  /** The revision by which it was applied and which was not taken back. */
  function appliedBy({ id }: Recipe): number | undefined {
    const latest = revisions.latestOf(id);
    return latest?.recipe?.action === 'apply' ? latest.number : undefined;
  }

  function describe(recipe: Recipe) {
    const { id, title, section, about, fields } = recipe;
    const fill = fillOf(recipe, {});
    const revision = appliedBy(recipe);
    return {
      id,
      title,
      section,
      about: about.map(fill),
      fields: fields.map((field) => ({ ...field, value: fill(field.value) })),
      isOn: revision !== undefined || Object.keys(planOf(recipe, {})).length === 0,
      ...(revision === undefined ? {} : { revision }),
    };
  }

  return {
    list: () => Promise.resolve(RECIPES.map(describe)),
    plan(id, fields) {
      const recipe = find(id);
      if (recipe === undefined) return Promise.resolve(undefined);
      const plan = planOf(recipe, fields);
      return Promise.resolve({
        files: Object.entries(plan).map(([name, after]) => ({ name, before: files.read(name) ?? '', after })),
        problems: newProblems(plan),
      });
    },
    async apply(id, fields, force) {
      const recipe = find(id);
      if (recipe === undefined) return undefined;
      const plan = planOf(recipe, fields);
      if (Object.keys(plan).length === 0) return 'nothing';
      // errors that were there before are not the recipe's
      const isHarmless = !newProblems(plan).some(({ severity }) => severity === 'error');
      return writer.write(plan, {
        what: `recipe: ${recipe.title}`,
        force: force || isHarmless,
        recipe: { id, action: 'apply' },
      });
    },
    async undo(id) {
      const recipe = find(id);
      const number = recipe && appliedBy(recipe);
      if (recipe === undefined) return undefined;
      if (number === undefined) return 'nothing';
      const changes = backFrom(number);
      if (changes.conflicts.length > 0) return { kind: 'conflict', files: changes.conflicts };
      const order = {
        what: `taken back: ${recipe.title}`,
        force: false,
        recipe: { id, action: 'undo' },
      } as const;
      return writer.write(changes.texts, order);
    },
    async test(id, fields) {
      const recipe = find(id);
      if (recipe === undefined) return undefined;
      const plan = planOf(recipe, fields);
      return tryOut(recipe, fillOf(recipe, fields), plan, lab, (file) => plan[file] ?? files.read(file));
    },
  };

  /** What the check says of the files with the plan and does not say of them now. */
  function newProblems(plan: Readonly<Record<string, string>>) {
    const key = ({ file, message }: { readonly file: string; readonly message: string }) =>
      `${file} ${message}`;
    const known = new Set(checkConfig(directory, checkOptions({})).map(key));
    return checkConfig(directory, checkOptions(plan)).filter((problem) => !known.has(key(problem)));
  }

  /** What the recipe's revision changed, taken off the files as they are now. */
  function backFrom(number: number) {
    const after = revisions.get(number)?.files ?? {};
    const before = revisions.get(number - 1)?.files ?? {};
    const texts: Record<string, string | null> = {};
    const conflicts: string[] = [];
    for (const name of revisions.changedFiles(number)) {
      const now = files.read(name);
      if (now === undefined) continue;
      if (now === after[name]) texts[name] = before[name] ?? null;
      else {
        const merged = mergedText(merge(after[name] ?? '', now, before[name] ?? ''));
        if (merged === undefined) conflicts.push(name);
        else texts[name] = merged;
      }
    }
    return { texts, conflicts };
  }
}

async function tryOut(
  { test }: Recipe,
  fill: Fill,
  draft: Readonly<Record<string, string>>,
  lab: Pick<LabArea, 'trace'>,
  textOf: (file: string) => string | undefined,
): Promise<RecipeTrial> {
  const [sender, recipient] = [fill(test.sender), fill(test.recipient)];
  const clientAddress = test.clientAddress ?? '127.0.0.1';
  const headers = (test.headers ?? []).map(fill);
  const message = [
    ...headers,
    `From: ${sender}`,
    `To: ${recipient}`,
    `Subject: ${test.subject}`,
    '',
    'A test.',
    '',
  ].join('\r\n');
  const traced = await lab.trace({
    clientAddress,
    clientName: '',
    helo: 'localhost',
    service: '',
    tls: false,
    login: '',
    sender,
    recipients: [recipient],
    rawBase64: Buffer.from(message).toString('base64'),
    draft: { ...draft },
  });
  const result: TraceResult = traced.kind === 'traced' ? traced.result : NO_RESULT;
  const table = test.asksTable === undefined ? undefined : (textOf(test.asksTable) ?? '');
  const answers =
    table === undefined
      ? []
      : [...headers, `Subject: ${test.subject}`].map((header) => ({
          header,
          action: sourceAnswer('regexp', table, header),
        }));
  const fates = [...result.fates, ...result.created.flatMap((message) => message.fates)];
  const isPromised = fates.some(
    ({ status, mailbox, reason }) =>
      test.status.some((wanted) => wanted === status) &&
      (test.mailbox === undefined || fill(test.mailbox) === mailbox) &&
      (test.reason === undefined || reason.includes(fill(test.reason))),
  );
  const isOnWay =
    test.journey === undefined || result.journey.some(({ what }) => what.includes(fill(test.journey ?? '')));
  return {
    shows: fill(test.shows),
    sender,
    recipient,
    clientAddress,
    message,
    isDraft: Object.keys(draft).length > 0,
    works: isPromised && isOnWay && (table === undefined || answers.some(({ action }) => action !== null)),
    result,
    headers: answers,
  };
}

const NO_RESULT: TraceResult = { replies: [], journey: [], fates: [], created: [] };
