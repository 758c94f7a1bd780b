/** The whole surface in one file, so that every change of it shows in review. */
import { isContractProcedure, type AnyContractRouter } from '@orpc/contract';
import * as z from 'zod';
import { expect, it } from 'vitest';
import { contract } from './index.ts';

function schemaOf(schema: unknown): unknown {
  if (schema instanceof z.ZodType) return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return schema === undefined ? undefined : 'stream';
}

function surface(router: AnyContractRouter, name: string, found: Record<string, unknown>): void {
  if (isContractProcedure(router)) {
    const { route, inputSchema, outputSchema, errorMap } = router['~orpc'];
    found[name] = {
      route: `${route.method ?? 'POST'} ${route.path ?? ''}`,
      input: schemaOf(inputSchema),
      output: schemaOf(outputSchema),
      errors: Object.keys(errorMap),
    };
    return;
  }
  for (const [key, value] of Object.entries(router))
    surface(value as AnyContractRouter, name === '' ? key : `${name}.${key}`, found);
}

it('is what it was', async () => {
  const found: Record<string, unknown> = {};
  surface(contract, '', found);
  await expect(`${JSON.stringify(found, null, 1)}\n`).toMatchFileSnapshot('./surface.snap');
});
