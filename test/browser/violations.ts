import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds wrong with the page as it is shown. */
export async function violations(page: Page): Promise<string[]> {
  // The message itself is somebody else's page.
  const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`,
  );
}
