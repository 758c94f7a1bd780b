/** `postconf -t` and `-b`: the templates as bounce(5) writes them, and their texts with every $name filled in. */
import type { Config } from '../config/config.ts';
import type { Log } from '../util/log.ts';
import type { Template, TemplateClass, Templates } from './template.ts';
import { expandTemplate } from './template.ts';

const ORDER: readonly TemplateClass[] = ['failure', 'delay', 'success', 'verify'];
const FROM = 'Mail Delivery System <MAILER-DAEMON>';

const labelled = (template: Template): readonly string[] => [
  `Charset: ${template.charset}`,
  `From: ${template.from ?? FROM}`,
  `Subject: ${template.subject}`,
  ...(template.postmasterSubject === undefined ? [] : [`Postmaster-Subject: ${template.postmasterSubject}`]),
  '',
  ...template.text,
];

/** One here-document. */
const document = (name: string, lines: readonly string[]): string =>
  [`${name} = <<EOF`, ...lines, 'EOF'].map((line) => `${line}\n`).join('');

/** Documents that bounce_template_file could hold (`-t`). */
export function showTemplates(templates: Templates): string {
  return ORDER.map((name) => document(`${name}_template`, labelled(templates[name]))).join('\n');
}

/** What notices would say (`-b`). */
export function showExpandedTemplates(templates: Templates, config: Config, log: Log): string {
  return ORDER.map((name) =>
    document(`expanded_${name}_text`, expandTemplate(templates[name], config, log)),
  ).join('\n');
}
