/**
 * The texts of notices: the built-in ones, and those of bounce_template_file (bounce(5)). A template that cannot be
 * used is ignored with Postfix's warning, and the built-in one takes its place.
 */
import { readFileSync } from 'node:fs';
import { isAscii } from '../mail/byte-string.ts';
import { headerNameLength } from '../mail/header.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../util/log.ts';

export type TemplateClass = 'failure' | 'delay' | 'success' | 'verify';

export interface Template {
  readonly class: TemplateClass;
  /** File name, or `[built-in]`. */
  readonly origin: string;
  readonly charset: string;
  readonly is8bit: boolean;
  /** undefined: Mail Delivery System in the form that header_from_format asks for. */
  readonly from: string | undefined;
  readonly subject: string;
  readonly postmasterSubject: string | undefined;
  /** Lines with $name in them. */
  readonly text: readonly string[];
}

export type Templates = Readonly<Record<TemplateClass, Template>>;

const GREETING = ['This is the mail system at host $myhostname.', ''];
const ASSISTANCE = [
  '',
  'For further assistance, please send mail to postmaster.',
  '',
  'If you do so, please include this problem report. You can',
  'delete your own text from the attached returned message.',
];
const SIGNATURE = ['', '                   The mail system'];

const builtIn = (
  name: TemplateClass,
  subject: string,
  postmasterSubject: string | undefined,
  text: readonly string[],
): Template => ({
  class: name,
  origin: '[built-in]',
  charset: 'us-ascii',
  is8bit: false,
  from: undefined,
  subject,
  postmasterSubject,
  text: [...GREETING, ...text, ...SIGNATURE],
});

const BUILT_IN: Templates = {
  failure: builtIn('failure', 'Undelivered Mail Returned to Sender', 'Postmaster Copy: Undelivered Mail', [
    "I'm sorry to have to inform you that your message could not",
    "be delivered to one or more recipients. It's attached below.",
    ...ASSISTANCE,
  ]),
  delay: builtIn('delay', 'Delayed Mail (still being retried)', 'Postmaster Warning: Delayed Mail', [
    '####################################################################',
    '# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #',
    '####################################################################',
    '',
    'Your message could not be delivered for more than $delay_warning_time_hours hour(s).',
    'It will be retried until it is $maximal_queue_lifetime_days day(s) old.',
    ...ASSISTANCE,
  ]),
  success: builtIn('success', 'Successful Mail Delivery Report', undefined, [
    'Your message was successfully delivered to the destination(s)',
    'listed below. If the message was delivered to mailbox you will',
    'receive no further notifications. Otherwise you may still receive',
    'notifications of mail delivery errors from other systems.',
  ]),
  verify: builtIn('verify', 'Mail Delivery Status Report', undefined, [
    'Enclosed is the mail delivery report that you requested.',
  ]),
};

const isClass = (name: string): name is TemplateClass => name in BUILT_IN;

type TemplateFields = Partial<Record<'charset' | 'from' | 'subject' | 'postmasterSubject', string>>;

const FIELD_OF_LABEL: Readonly<Record<string, keyof TemplateFields>> = {
  charset: 'charset',
  from: 'from',
  subject: 'subject',
  'postmaster-subject': 'postmasterSubject',
};

/** The labelled lines in front of the text, or why they cannot be used. */
function parseLabels(
  lines: readonly string[],
  base: Template,
): { fields: TemplateFields; textAt: number } | string {
  const fields: TemplateFields = {};
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const length = headerNameLength(line);
    if (length === 0) return { fields, textAt: i };
    const label = line.slice(0, length);
    const text = line.slice(length).replace(/^[:\s]+/, '');
    const field = FIELD_OF_LABEL[label.toLowerCase()];
    if (text === '') return `empty "${label}" header value`;
    if (!isAscii(text)) return `non-ASCII "${label}" header value`;
    if (field === undefined) return `unknown "${label}" header label`;
    if (field === 'postmasterSubject' && base.postmasterSubject === undefined) {
      return `inapplicable "${label}" header label`;
    }
    fields[field] = text;
  }
  return { fields, textAt: lines.length };
}

/** Reads one template of the file; says with a warning why it is ignored. */
function parseTemplate(origin: string, base: Template, value: string, log: Log): Template {
  const ignore = (why: string): Template => {
    log.warning(`${origin}: ${why} in ${base.class} template -- ignoring this template`);
    return base;
  };
  const lines = value.split('\n');
  const labels = parseLabels(lines, base);
  if (typeof labels === 'string') return ignore(labels);
  const first = lines.findIndex((line, i) => i >= labels.textAt && line.trim() !== '');
  if (first < 0) return ignore('missing message text');
  const text = lines.slice(first);
  const is8bit = text.some((line) => !isAscii(line));
  if (is8bit && (labels.fields.charset ?? base.charset).toLowerCase() === 'us-ascii') {
    log.warning(`${origin}: 8-bit message text in ${base.class} template`);
    log.warning('please specify a charset value other than us-ascii');
    log.warning('-- ignoring this template for now');
    return base;
  }
  return { ...base, ...labels.fields, origin, is8bit, text };
}

/** `failure_template = <<EOF`, lines, `EOF`: the text of each template in the file. */
function* readTemplateFile(path: string, content: string, log: Log): Generator<readonly [string, string]> {
  const lines = content.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const match = /^\s*(\S+)\s*=\s*(.*?)\s*$/.exec(line);
    if (match === null) {
      log.fatal(`${path}, line ${i + 2}: missing '=' after attribute name: "${line}"`);
      return;
    }
    const [, name = '', value = ''] = match;
    if (!value.startsWith('<<')) {
      yield [name, value];
      continue;
    }
    const marker = value.slice(2).trim();
    const end = lines.indexOf(marker, i + 1);
    if (end < 0) log.warning(`${path}, line ${lines.length}: missing "${marker}" end marker`);
    const atEnd = lines.at(-1) === '' ? lines.length - 1 : lines.length;
    const last = end < 0 ? atEnd : end;
    yield [name, lines.slice(i + 1, last).join('\n')];
    i = last;
  }
}

/** The templates that this configuration uses. */
export function loadTemplates(config: Config, log: Log): Templates {
  const path = config.get('bounce_template_file');
  if (path === '') return BUILT_IN;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'No such file or directory' : String(error);
    log.warning(`open ${path}: ${reason}`);
    return BUILT_IN;
  }
  const templates: Record<TemplateClass, Template> = { ...BUILT_IN };
  for (const [name, value] of readTemplateFile(path, content, log)) {
    const base = name.replace(/_template$/, '');
    if (!name.endsWith('_template') || !isClass(base)) {
      log.warning(`${path}: unknown template name: ${name} -- ignoring this template`);
      continue;
    }
    templates[base] = parseTemplate(path, BUILT_IN[base], value, log);
  }
  return templates;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86_400,
  weeks: 604_800,
};

function timeValue(config: Config, name: string): string | undefined {
  const match = /^(delay_warning_time|maximal_queue_lifetime)_(\w+)$/.exec(name);
  const divisor = match?.[2] === undefined ? undefined : UNIT_SECONDS[match[2]];
  if (match?.[1] === undefined || divisor === undefined) return undefined;
  return String(Math.floor(config.seconds(match[1]) / divisor));
}

/**
 * The text of a template with its $name, ${name} and $(name) filled in; `_hours`, `_days`, ... behind the two times
 * that notices speak of convert them (bounce(5)).
 */
export function expandTemplate(template: Template, config: Config, log: Log): readonly string[] {
  return template.text.map((line) =>
    line.replace(
      /\$(?:\$|(\w+)|\{(\w+)\}|\((\w+)\))/g,
      (whole, plain?: string, braced?: string, round?: string) => {
        const name = plain ?? braced ?? round;
        if (name === undefined) return '$';
        const time = timeValue(config, name);
        if (time !== undefined) return time;
        if (config.has(name)) return config.get(name);
        log.warning(`${template.origin}: undefined $name in ${template.class} template: ${line}`);
        return whole;
      },
    ),
  );
}
