/**
 * The browser side of a list that outlives a reload: the tab remembers its session's secret, tells the one from
 * before the reload once, and keeps no other.
 */

const KEY = "lungfield.worklist";

/** The secret from before this page was loaded; null once it was told. */
let before = stored();

export default function mount({ data, setTriggerValue }) {
  const told = before;
  before = null;
  if (told && told !== data.token) setTriggerValue("before", told);
  else store(data.token);
}

/** A browser may forbid to store anything: then a reload begins with an empty list. */
function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(token) {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // As above.
  }
}
