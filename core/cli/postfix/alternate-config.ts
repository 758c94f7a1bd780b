/** sendmail -C: another configuration, and who may name which (mail_conf_checkdir). */
import { startProgram } from '../../config/check.ts';
import { fatal } from './sendmail-options.ts';

/**
 * Only the sandbox's owner may name any folder; its other users those that its main.cf lists.
 * @param usual the folder without -C
 * @throws CommandError
 */
export function refuseAlternate(named: string, usual: string, err: (text: string) => void): void {
  if (named === usual) return;
  const { scope } = startProgram('sendmail', usual);
  const allowed = ['alternate_config_directories', 'multi_instance_directories'].flatMap((name) =>
    (scope?.expanded(name) ?? '').split(/[\s,]+/),
  );
  if (allowed.includes(named)) return;
  err(`sendmail: error: unauthorized configuration directory name: ${named}\n`);
  throw fatal(
    `specify "alternate_config_directories = ${named}" or "multi_instance_directories = ${named}" in ${usual}/main.cf`,
  );
}
