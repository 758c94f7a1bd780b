/** The lab, loaded when somebody asks for it: a server that only takes mail starts sooner without it. */
import type { LabArea } from '../api/areas/lab.ts';
import type { DryWorldsDependencies } from './dry-worlds.ts';

export function createLazyLab(dependencies: DryWorldsDependencies): LabArea {
  let loading: Promise<LabArea> | undefined;
  const lab = () => {
    loading ??= import('./lab.ts').then(({ createLab }) => createLab(dependencies));
    return loading;
  };
  return {
    trace: async (input) => (await lab()).trace(input),
    compare: async (input) => (await lab()).compare(input),
    async *replay(query) {
      yield* (await lab()).replay(query);
    },
    compareReplayed: async (query) => (await lab()).compareReplayed(query),
  };
}
