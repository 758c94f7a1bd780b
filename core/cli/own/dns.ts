/** `sandpost dns list|add|remove|clear|import|export|lookup|questions`: the table that every look-up of the engine goes to. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { recordData, recordType, recordTypeNames } from '../../dns/zone-file.ts';
import { DATA_TYPES, type DnsDataType, type DnsRecord, type DnsRecordType } from '../../util/dns-record.ts';
import { CommandError, withConnection, type Connection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal, parseOptions, table } from '../options.ts';

const OPTIONS = { json: { type: 'boolean' }, replace: { type: 'boolean' } } as const;

interface Call {
  readonly context: Context;
  readonly client: Connection['client'];
  readonly words: readonly string[];
  readonly isReplacing: boolean;
  readonly print: (answer: unknown, text: string) => void;
}

/** The contract's optional fields may be undefined; the words' may only be absent. */
type Row = Omit<DnsRecord, 'preference'> & { readonly preference?: number | undefined };

const count = (n: number) => `${n} record${n === 1 ? '' : 's'}`;

function tellRecords(records: readonly Row[]): string {
  const rows = records.map((record) => {
    const data = recordData(record as DnsRecord);
    return [record.name, data === '' ? '' : String(record.ttl), record.type, data];
  });
  return forTerminal(table(rows));
}

function typeOf(word: string | undefined, usage: string): DnsRecordType {
  if (word === undefined) throw new CommandError(usage, EX_USAGE);
  const type = recordType(word);
  if (type !== undefined) return type;
  throw new CommandError(`"${word}" is not a type of record here; these are: ${recordTypeNames()}`, EX_USAGE);
}

async function list({ client, words, print }: Call): Promise<number> {
  const { records } = await client.dns.list();
  const [name] = words.map((word) => word.toLowerCase().replace(/\.$/, ''));
  const wanted = name === undefined ? records : records.filter((record) => record.name === name);
  print({ records: wanted }, tellRecords(wanted));
  return 0;
}

/** `MX 10 host`, `TXT some words`, `A address`. */
function valueOf(type: DnsRecordType, words: readonly string[]) {
  if (type === 'TXT') return { value: words.join(' ') };
  if (type === 'MX') {
    if (words.length !== 2 || !/^\d+$/.test(words[0] ?? '')) {
      throw new CommandError('MX needs a preference and a host: MX 10 mail.example.com', EX_USAGE);
    }
    return { preference: Number(words[0]), value: words[1] ?? '' };
  }
  if (words.length > 1) {
    throw new CommandError(`"${words.slice(1).join(' ')}" is too much after ${type}`, EX_USAGE);
  }
  return { value: words[0] ?? '' };
}

async function add({ client, words, print }: Call): Promise<number> {
  const usage = 'dns add NAME [TTL] TYPE [VALUE...]';
  const [name, ...rest] = words;
  if (name === undefined) throw new CommandError(usage, EX_USAGE);
  const hasTtl = /^\d+$/.test(rest[0] ?? '');
  const [typeWord, ...data] = hasTtl ? rest.slice(1) : rest;
  const type = typeOf(typeWord, usage);
  const ttl = hasTtl ? { ttl: Number(rest[0]) } : {};
  const { records } = await client.dns.set({ records: [{ name, type, ...ttl, ...valueOf(type, data) }] });
  print({ records }, `added ${tellRecords(records)}`);
  return 0;
}

async function remove({ client, words, print }: Call): Promise<number> {
  const [name, typeWord, ...value] = words;
  const usage = 'dns remove NAME [TYPE [VALUE]]; "dns clear" removes everything';
  if (name === undefined) throw new CommandError(usage, EX_USAGE);
  const type = typeWord === undefined ? {} : { type: typeOf(typeWord, usage) };
  // an MX may be given with its preference, as it is listed
  const words_ = type.type === 'MX' && value.length === 2 ? value.slice(1) : value;
  const answer = await client.dns.remove({
    name,
    ...type,
    ...(words_.length === 0 ? {} : { value: words_.join(' ') }),
  });
  print(answer, answer.removed === 0 ? `there is no such record\n` : `removed ${count(answer.removed)}\n`);
  return answer.removed === 0 ? 1 : 0;
}

async function clear({ client, print }: Call): Promise<number> {
  const answer = await client.dns.clear();
  print(answer, `removed ${count(answer.removed)}\n`);
  return 0;
}

async function readText(context: Context, file: string): Promise<string> {
  if (file === '-') return (await context.readInput()).toString();
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read ${file}: ${error instanceof Error ? error.message : ''}`, 1, {
      cause: error,
    });
  }
}

async function importFile({ context, client, words, isReplacing, print }: Call): Promise<number> {
  const [file] = words;
  if (file === undefined || words.length > 1)
    throw new CommandError('dns import FILE, or - for standard input', EX_USAGE);
  const { records } = await client.dns.import({
    text: await readText(context, file),
    replace: isReplacing,
  });
  print({ records }, `${isReplacing ? 'the table holds' : 'added'} ${count(records.length)}\n`);
  return 0;
}

async function exportAll({ client, print }: Call): Promise<number> {
  const answer = await client.dns.export();
  print(answer, answer.text);
  return 0;
}

async function lookup({ client, words, print }: Call): Promise<number> {
  const [name, word] = words;
  if (name === undefined) throw new CommandError('dns lookup NAME|ADDRESS [TYPE]', EX_USAGE);
  const type = word?.toUpperCase() ?? (isIP(name) === 0 ? 'A' : 'PTR');
  if (!(DATA_TYPES as readonly string[]).includes(type)) {
    throw new CommandError(`"${word ?? ''}" cannot be asked for; ${DATA_TYPES.join(', ')} can`, EX_USAGE);
  }
  const answer = await client.dns.lookup({ name, type: type as DnsDataType });
  print(
    answer,
    answer.kind === 'found' ? tellRecords(answer.records) : `${answer.name} ${type}: ${answer.text}\n`,
  );
  return answer.kind === 'found' ? 0 : 1;
}

async function questions({ client, print }: Call): Promise<number> {
  const answer = await client.dns.questions();
  const rows = answer.questions.map((asked) => [
    new Date(asked.at).toISOString().slice(11, 19),
    asked.name,
    asked.type,
    asked.answer.text,
  ]);
  print(answer, forTerminal(table(rows)));
  return 0;
}

const VERBS: Readonly<Record<string, (call: Call) => Promise<number>>> = {
  list,
  add,
  remove,
  clear,
  import: importFile,
  export: exportAll,
  lookup,
  questions,
};

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const [verb = 'list', ...words] = positionals;
  const act = VERBS[verb];
  if (act === undefined) {
    throw new CommandError(`dns ${Object.keys(VERBS).join(', ')}: not "${verb}"`, EX_USAGE);
  }
  const print = (answer: unknown, text: string) => {
    context.out(values.json === true ? `${JSON.stringify(answer)}\n` : text);
  };
  return withConnection(context, ({ client }) =>
    act({ context, client, words, isReplacing: values.replace === true, print }),
  );
}
