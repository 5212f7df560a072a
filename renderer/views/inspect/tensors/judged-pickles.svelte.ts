/** What was said of the pickles in the archive that is shown, for its facts: weights are judged once somebody looks at them. */
import type { WeightsInput } from '../../../../core/contract/api.ts';
import type { PickleReport } from '../../../../core/contract/weights.ts';

interface JudgedPickle {
  /** Null where the whole archive is the weights. */
  readonly entry: string | null;
  readonly label: string;
  readonly report: PickleReport;
}

class JudgedPickles {
  all = $state.raw<readonly JudgedPickle[]>([]);

  note({ entry }: WeightsInput, label: string, report: PickleReport): void {
    this.all = [...this.all.filter((one) => one.entry !== entry), { entry, label, report }];
  }

  clear(): void {
    this.all = [];
  }
}

export const judgedPickles = new JudgedPickles();
