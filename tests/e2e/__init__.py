"""The whole product from outside: pages in a browser, whole campaigns."""
