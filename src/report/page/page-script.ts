/** The only script of the page: a click on a head sorts the ranked rows by the values the cells carry. */
export const pageScript = `
for (const button of document.querySelectorAll("table[data-sortable] thead button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const column = head.cellIndex;
    const ascending = head.getAttribute("aria-sort") === "descending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const body = head.closest("table").tBodies[0];
    const value = (row) => row.cells[column].dataset.value ?? "";
    const compare = (a, b) =>
      column === 0 ? value(b).localeCompare(value(a)) : Number(value(b)) - Number(value(a));
    const rows = [...body.rows].sort((a, b) => {
      if (value(a) === "" || value(b) === "") return (value(a) === "") - (value(b) === "");
      return ascending ? -compare(a, b) : compare(a, b);
    });
    body.append(...rows);
  });
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
`;
