#include <sqlite3.h>

#if SQLITE_VERSION_NUMBER < 3037000
#error "Conclave needs SQLite 3.37 or later: the options that its files are opened with are that young."
#endif

// Here because Swift does not see SQLITE_TRANSIENT. An empty value must not become NULL.
static inline int conclave_sqlite_bind(sqlite3_stmt *statement, int place, const void *bytes, int count) {
  if (count == 0) return sqlite3_bind_zeroblob(statement, place, 0);
  return sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}
