// Starts the reader. A script of its own, for the page's policy runs nothing that is inline.
SwaggerUIBundle({
  url: document.getElementById("reader").dataset.document,
  dom_id: "#reader",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
