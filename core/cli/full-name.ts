/** The full name of one of the machine's users, for a From header that has to be added (fullname(3)). */
import { readFileSync } from 'node:fs';

/** What the account file says of `name`: up to the first comma, `&` being the name itself. '' where it says nothing. */
export function fullNameOf(name: string, accounts = '/etc/passwd'): string {
  let text: string;
  try {
    text = readFileSync(accounts, 'utf8');
  } catch {
    // a machine that keeps its accounts elsewhere
    return '';
  }
  const row = text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([login]) => login === name);
  const [said = ''] = (row?.[4] ?? '').split(/[,;%]/);
  return said.replaceAll('&', name.charAt(0).toUpperCase() + name.slice(1));
}
