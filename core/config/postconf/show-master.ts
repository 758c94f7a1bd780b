/** `postconf -M`, `-F`, `-P`: entries of master.cf, their fields, their `-o` overrides. */
import type { MasterService } from '../config.ts';
import { ConfigError } from '../config.ts';
import { MASTER_FIELDS } from '../master-cf.ts';
import type { ServicePattern } from '../master-file.ts';
import { matchesService } from '../master-file.ts';
import type { PostconfOptions } from './options.ts';
import { parseServicePattern } from './pattern.ts';
import { fieldsOf, formatCommand, formatEntry, formatLine } from './print.ts';
import type { View, ViewDeps } from './view.ts';
import { createView } from './view.ts';

/** What is asked for: services, and of each a field or a parameter. */
interface Request extends ServicePattern {
  readonly text: string;
  /** `*` for every field or parameter. */
  readonly part: string;
}

const SYNTAX = {
  entries: { letter: 'M', parts: 2, form: 'service_name[/type]' },
  fields: { letter: 'F', parts: 3, form: 'service_name[/type[/field]]' },
  parameters: { letter: 'P', parts: 3, form: 'service_name[/type[/parameter]]' },
} as const;

export function showMaster(options: PostconfOptions, deps: ViewDeps): void {
  const subject = options.subject as keyof typeof SYNTAX;
  const view = createView(options, deps);
  const requests = parseRequests(options.names, subject);
  const answered = new Set<Request>();
  for (const service of view.settings.services)
    for (const request of requests) {
      if (!matchesService(request, service)) continue;
      const lines = linesOf(service, request, { options, subject, view });
      if (lines.length === 0) continue;
      answered.add(request);
      deps.output.lines(lines);
      if (subject === 'entries') break;
    }
  for (const request of requests)
    if (!answered.has(request) && request.text !== '')
      deps.output.warning(`unmatched request: "${request.text}"`);
  view.warnUnused('master.cf');
}

function parseRequests(names: readonly string[], subject: keyof typeof SYNTAX): readonly Request[] {
  if (names.length === 0) return [{ text: '', name: '*', type: '*', part: '*' }];
  const syntax = SYNTAX[subject];
  return names.map((text) => {
    const parts = parseServicePattern(text, 1, syntax.parts);
    if (parts === undefined) throw new ConfigError(`-${syntax.letter} option requires ${syntax.form}`);
    const [name = '*', type = '*', part = '*'] = parts;
    if (subject === 'fields' && part !== '*' && !MASTER_FIELDS.some((f) => f === part))
      throw new ConfigError(`invalid service attribute name: "${part}"`);
    return { text, name, type, part };
  });
}

interface Showing {
  readonly options: PostconfOptions;
  readonly subject: keyof typeof SYNTAX;
  readonly view: View;
}

function linesOf(service: MasterService, request: Request, showing: Showing): readonly string[] {
  switch (showing.subject) {
    case 'entries':
      return [formatEntry(service, { fold: showing.options.fold, ...expansion(service, showing) })];
    case 'fields':
      return fieldLines(service, request.part, showing);
    case 'parameters':
      return parameterLines(service, request.part, showing);
  }
}

function expansion(
  service: MasterService,
  { options, view }: Showing,
): { expand?: (value: string) => string } {
  return options.expand ? { expand: (value) => view.expand(value, service) } : {};
}

function fieldLines(service: MasterService, part: string, showing: Showing): readonly string[] {
  const values = [
    ...fieldsOf(service).slice(0, -1),
    formatCommand(service, { fold: false, ...expansion(service, showing) }),
  ];
  return MASTER_FIELDS.flatMap((field, at) =>
    part === '*' || part === field
      ? [named(`${service.name}/${service.type}/${field}`, values[at] ?? '', showing)]
      : [],
  );
}

function parameterLines(service: MasterService, part: string, showing: Showing): readonly string[] {
  const values = new Map(service.overrides.map(({ name, value }) => [name, value]));
  const names = [...values.keys()].filter((name) => part === '*' || part === name).sort();
  return names.map((name) => {
    const value = values.get(name) ?? '';
    const shown = showing.options.expand ? showing.view.expand(value, service) : value;
    return formatLine(named(`${service.name}/${service.type}/${name}`, shown, showing), showing.options.fold);
  });
}

/** A field keeps the blanks of its value, unless lines are folded. */
function named(name: string, value: string, { options, subject }: Showing): string {
  const text = options.hideValue ? name : options.hideName ? value : `${name} = ${value}`;
  return subject === 'fields' && options.fold ? formatLine(text, true) : text;
}
