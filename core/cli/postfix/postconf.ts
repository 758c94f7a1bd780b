/** postconf(1): reads and edits the files themselves, so it needs no running sandbox. */
import { existsSync } from 'node:fs';
import { showExpandedTemplates, showTemplates } from '../../bounce/show-templates.ts';
import { loadTemplates } from '../../bounce/template.ts';
import { loadConfig } from '../../config/load.ts';
import { runPostconf, type PostconfDeps } from '../../config/postconf.ts';
import type { CommandResult } from '../../util/command-result.ts';
import type { Log } from '../../util/log.ts';
import { printResult, type Context } from '../context.ts';

const PROGRAM = 'postfix/bounce';

/** What the bounce daemon prints that Postfix's postconf runs for `-b` and `-t`. */
const templates: NonNullable<PostconfDeps['templates']> = (subject, directory, file): CommandResult => {
  const complaints: string[] = [];
  const complain = (severity: 'warning' | 'fatal') => (text: string) =>
    void complaints.push(`${PROGRAM}: ${severity}: ${text}\n`);
  const log: Log = {
    info: () => undefined,
    warning: complain('warning'),
    error: complain('warning'),
    fatal: complain('fatal'),
  };
  const config = loadConfig(
    directory,
    file === undefined ? {} : { overrides: { bounce_template_file: file } },
  );
  const path = config.get('bounce_template_file');
  if (path !== '' && !existsSync(path)) {
    return { exit: 1, stdout: '', stderr: `${PROGRAM}: fatal: open ${path}: No such file or directory\n` };
  }
  const loaded = loadTemplates(config, log);
  const stdout = subject === 'templates' ? showTemplates(loaded) : showExpandedTemplates(loaded, config, log);
  const isFatal = complaints.some((line) => line.startsWith(`${PROGRAM}: fatal:`));
  return { exit: isFatal ? 1 : 0, stdout: isFatal ? '' : stdout, stderr: complaints.join('') };
};

export async function run(context: Context, args: readonly string[]): Promise<number> {
  return printResult(context, await runPostconf(args, { configDir: context.folders.configDir, templates }));
}
