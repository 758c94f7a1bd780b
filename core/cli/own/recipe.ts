/** `sandpost recipe list|show|apply|undo|test`: ready changes of the configuration, shown before they are made. */
import { isDefinedError, safe } from '@orpc/client';
import type { SandpostClient } from '../../api/client.ts';
import type { Recipe, RecipePlan, RecipeTrial } from '../../api/contract/recipes.ts';
import { diffLines, linesOf } from '../../api/contract/text-diff.ts';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal, parseOptions, table } from '../options.ts';

const USAGE = 'recipe list, show ID, apply ID, undo ID or test ID';

/** `NAME=VALUE` words fill the recipe's fields in. */
function fieldsOf(words: readonly string[], { fields }: Recipe): Record<string, string> {
  const given: Record<string, string> = {};
  for (const word of words) {
    const [, name = '', value = ''] = /^([a-z]+)=(.*)$/s.exec(word) ?? [];
    if (!fields.some((field) => field.name === name)) {
      const known = fields.map((field) => field.name).join(', ');
      throw new CommandError(`"${word}" is no NAME=VALUE; the names are: ${known || '(none)'}`, EX_USAGE);
    }
    given[name] = value;
  }
  return given;
}

const stateOf = ({ isOn, revision }: Recipe) =>
  revision === undefined ? (isOn ? 'in the files' : '') : `applied, revision ${revision}`;

function tellList(recipes: readonly Recipe[]): string {
  return table(recipes.map((recipe) => [recipe.id, recipe.title, stateOf(recipe)]));
}

/** The hunks with their files and lines, as diff -u has them without the context. */
function tellPlan({ files, problems }: RecipePlan): string {
  const changes = files.map(({ name, before, after }) => {
    const hunks = diffLines(linesOf(before), linesOf(after)).map(({ otherAt, removed, added }) =>
      [
        `@@ line ${otherAt + 1} @@\n`,
        ...removed.map((line) => `-${line.replace(/\n?$/, '\n')}`),
        ...added.map((line) => `+${line.replace(/\n?$/, '\n')}`),
      ].join(''),
    );
    return `${name}${before === '' ? ' (new)' : ''}\n${hunks.join('')}`;
  });
  const found = problems
    .filter(({ severity }) => severity !== 'note')
    .map(({ severity, file, line, message }) => `${severity}: ${file}:${line} ${message}\n`);
  return [changes.length === 0 ? 'The files have this already.\n' : changes.join(''), ...found].join('');
}

function tellRecipe(recipe: Recipe, plan: RecipePlan): string {
  const fields = recipe.fields.map(({ name, label, value }) => [`  ${name}=`, value, label]);
  return [
    `${recipe.title} (${recipe.section})\n\n`,
    ...recipe.about.map((line) => `${line}\n`),
    fields.length === 0 ? '' : `\n${table(fields)}`,
    `\n${tellPlan(plan)}`,
  ].join('');
}

function tellTrial({ shows, sender, recipient, result, headers, works, isDraft }: RecipeTrial): string {
  const fates = result.fates.map(({ recipient: to, status, reason }) => `  ${to}: ${status} (${reason})\n`);
  const asked = headers.map(({ header, action }) => `  ${header}: ${action ?? 'stays'}\n`);
  return [
    `${works ? 'works' : 'does NOT work'}${isDraft ? ' (as a draft: it is not applied)' : ''}: ${shows}\n`,
    `  from <${sender}> to <${recipient}>\n`,
    ...fates,
    ...asked,
  ].join('');
}

async function find(client: SandpostClient, id: string | undefined): Promise<Recipe> {
  if (id === undefined) throw new CommandError(`${USAGE}: the ID is missing`, EX_USAGE);
  const { recipes } = await client.recipes.list();
  const found = recipes.find((recipe) => recipe.id === id);
  if (found === undefined) throw new CommandError(`there is no recipe ${id}; "recipe list" has them`);
  return found;
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: 'boolean' },
    force: { type: 'boolean' },
  });
  const [verb = 'list', id, ...words] = positionals;
  const print = (answer: unknown, text: string) => {
    context.out(values.json === true ? `${JSON.stringify(answer)}\n` : forTerminal(text));
  };
  return withConnection(context, async ({ client }) => {
    if (verb === 'list') {
      const { recipes } = await client.recipes.list();
      print({ recipes }, tellList(recipes));
      return 0;
    }
    const act = Object.hasOwn(ACTS, verb) ? ACTS[verb] : undefined;
    if (act === undefined) throw new CommandError(`${USAGE}, not "${verb}"`, EX_USAGE);
    const recipe = await find(client, id);
    const isForced = values.force === true;
    return act({ client, recipe, fields: fieldsOf(words, recipe), isForced, print });
  });
}

interface Order {
  readonly client: SandpostClient;
  readonly recipe: Recipe;
  readonly fields: Record<string, string>;
  readonly isForced: boolean;
  readonly print: (answer: unknown, text: string) => void;
}

const ACTS: Readonly<Record<string, (order: Order) => Promise<number>>> = {
  async show({ client, recipe, fields, print }) {
    const plan = await client.recipes.plan({ id: recipe.id, fields });
    print({ ...recipe, ...plan }, tellRecipe(recipe, plan));
    return 0;
  },
  async apply({ client, recipe, fields, isForced, print }) {
    const [error, answer] = await safe(client.recipes.apply({ id: recipe.id, fields, force: isForced }));
    if (isDefinedError(error)) {
      const told = error.data.problems.map(({ file, line, message }) => `\n  ${file}:${line} ${message}`);
      throw new CommandError(`${error.message} --force applies it all the same.${told.join('')}`);
    }
    if (error !== null) throw error;
    print(answer, `${recipe.title}: applied, configuration revision ${answer.revision}\n`);
    return 0;
  },
  async undo({ client, recipe, print }) {
    const [error, answer] = await safe(client.recipes.undo({ id: recipe.id }));
    if (isDefinedError(error) && error.code === 'CONFLICT')
      throw new CommandError(`${error.message} Look at: ${error.data.files.join(', ')}`);
    if (error !== null) throw error;
    print(answer, `${recipe.title}: taken back, configuration revision ${answer.revision}\n`);
    return 0;
  },
  async test({ client, recipe, fields, print }) {
    const trial = await client.recipes.test({ id: recipe.id, fields });
    print(trial, tellTrial(trial));
    return trial.works ? 0 : 1;
  },
};
