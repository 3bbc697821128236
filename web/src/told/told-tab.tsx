import { PolicyList } from './policy-list';
import { SentList } from './sent-list';

/** Who gets told, and who was. */
export const ToldTab = () => (
  <>
    <PolicyList />
    <SentList />
  </>
);
