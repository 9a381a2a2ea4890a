/* The words of a text (nlp/longest.py), and the line that rules read (nlp/segment.py). */
#include "table.h"

#define FIRST_MARK 0xE000
#define END_MARK 0xF8FF

/* Puts (start, end, mark, marked) into the list, and by where it begins and ends into the dicts. */
static int add_word(PyTypeObject *type, Py_ssize_t start, Py_ssize_t end, PyObject *told, PyObject *found,
                    PyObject *begins, PyObject *ends) {
    PyObject *word = type->tp_alloc(type, 4);
    if (!word) {
        return -1;
    }
    PyTuple_SET_ITEM(word, 0, PyLong_FromSsize_t(start));
    PyTuple_SET_ITEM(word, 1, PyLong_FromSsize_t(end));
    PyTuple_SET_ITEM(word, 2, Py_NewRef(PyTuple_GET_ITEM(told, 0)));
    PyTuple_SET_ITEM(word, 3, Py_NewRef(PyTuple_GET_ITEM(told, 1)));
    PyObject *first = PyTuple_GET_ITEM(word, 0), *last = PyTuple_GET_ITEM(word, 1);
    int done = first && last && PyList_Append(found, word) == 0 && PyDict_SetItem(begins, first, word) == 0 &&
                       PyDict_SetItem(ends, last, word) == 0 ? 0 : -1;
    Py_DECREF(word);
    return done;
}

static int find_words(const Table *table, const Text *text, PyObject *told, PyTypeObject *type, PyObject *found,
                      PyObject *begins, PyObject *ends) {
    for (Py_ssize_t start = 0, end; start < text->length; start = end) {
        uint32_t node = 0, numbers = 0;
        end = start + 1;
        for (Py_ssize_t at = start; at < text->length; at++) {
            const Slot *slot = table_step(table, node, text_at(text, at));
            if (!(node = slot->to)) {
                break;
            }
            if (slot->numbers) {
                numbers = slot->numbers;
                end = at + 1;
            }
        }
        if (!numbers) {
            continue;
        }
        uint32_t number = table->pool[numbers] ? table->pool[numbers + 1] : UINT32_MAX;
        PyObject *of = number < (size_t)PyTuple_GET_SIZE(told) ? PyTuple_GET_ITEM(told, number) : NULL;
        if (!of || !PyTuple_Check(of) || PyTuple_GET_SIZE(of) != 2) {
            PyErr_SetString(PyExc_ValueError, "a word of which nothing is told");
            return -1;
        }
        if (add_word(type, start, end, of, found, begins, ends) < 0) {
            return -1;
        }
    }
    return 0;
}

/* words(table, text, told, type): the longest words of a table in a text, leftmost first, none over another, and the
   same by where each begins and ends. told[number] is (mark, marked), what is found a tuple of that type. */
PyObject *words(PyObject *module, PyObject *args) {
    PyObject *capsule, *string, *told, *type, *result = NULL;
    const Table *table;
    (void)module;
    if (!PyArg_ParseTuple(args, "OUO!O!:words", &capsule, &string, &PyTuple_Type, &told, &PyType_Type, &type) ||
        !(table = table_of(capsule))) {
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "what is found is a tuple");
        return NULL;
    }
    Text text = text_of(string);
    PyObject *found = PyList_New(0), *begins = PyDict_New(), *ends = PyDict_New();
    if (found && begins && ends &&
        find_words(table, &text, told, (PyTypeObject *)type, found, begins, ends) == 0) {
        result = PyTuple_Pack(3, found, begins, ends);
    }
    Py_XDECREF(found);
    Py_XDECREF(begins);
    Py_XDECREF(ends);
    return result;
}

/* A line as it is written, and where each of its characters stands in the text; there is room for all that may come. */
typedef struct {
    Py_UCS4 *characters;
    Py_ssize_t *starts;
    Py_ssize_t length;
} Written;

static void put(Written *line, Py_UCS4 character, Py_ssize_t start) {
    line->characters[line->length] = character;
    line->starts[line->length++] = start;
}

/* The text between two words, behind the end of the first where it was one. */
static void put_between(Written *line, const Text *text, Py_ssize_t start, Py_ssize_t end, int open) {
    if (open) {
        put(line, END_MARK, start);
    }
    for (Py_ssize_t at = start; at < end; at++) {
        put(line, text_at(text, at), at);
    }
}

/* A word as a line has it, its mark first; or a finding as its mark alone, which is kept by where it stands. */
static int put_item(Written *line, Py_ssize_t start, Py_ssize_t end, PyObject *mark, PyObject *said, PyObject *found) {
    int is_word = PyUnicode_Check(said);
    Text shown = text_of(is_word ? said : mark);
    if (shown.length != (is_word ? end - start + 1 : 1)) {
        PyErr_SetString(PyExc_ValueError, "a word or a mark that is not as long as it should be");
        return -1;
    }
    if (!is_word) {
        PyObject *place = PyLong_FromSsize_t(line->length);
        int done = place ? PyDict_SetItem(found, place, said) : -1;
        Py_XDECREF(place);
        if (done < 0) {
            return -1;
        }
    }
    for (Py_ssize_t at = 0; at < shown.length; at++) {
        put(line, text_at(&shown, at), at ? start + at - 1 : start);
    }
    return is_word;
}

static int put_all(Written *line, const Text *text, PyObject *items, PyObject *found) {
    Py_ssize_t done = 0, start, end;
    int open = 0;
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(items); n++) {
        PyObject *item = PyTuple_GET_ITEM(items, n), *mark, *said;
        if (!PyTuple_Check(item) || !PyArg_ParseTuple(item, "nnUO", &start, &end, &mark, &said)) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_TypeError, "an item is (start, end, mark, word or finding)");
            }
            return -1;
        }
        if (start < done) {
            continue;
        }
        if (!is_within(start, end, text->length)) {
            return -1;
        }
        if (start > done) {
            put_between(line, text, done, start, open);
        }
        if ((open = put_item(line, start, end, mark, said, found)) < 0) {
            return -1;
        }
        done = end;
    }
    put_between(line, text, done, text->length, open);
    line->starts[line->length] = text->length;
    return 0;
}

/* line(text, items): the line of a text, where each of its characters stands in the text (the text's length as one
   more), and the findings by where they stand. Items are (start, end, mark, word or finding) by where they begin. */
PyObject *line(PyObject *module, PyObject *args) {
    PyObject *string, *items, *result = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "UO:line", &string, &items)) {
        return NULL;
    }
    PyObject *held = PySequence_Tuple(items), *found = held ? PyDict_New() : NULL;
    if (!found) {
        Py_XDECREF(held);
        return NULL;
    }
    Text text = text_of(string);
    size_t room = (size_t)text.length + 2 * (size_t)PyTuple_GET_SIZE(held) + 1;
    Written said = {PyMem_Calloc(room, sizeof *said.characters), PyMem_Calloc(room, sizeof *said.starts), 0};
    if (!said.characters || !said.starts) {
        PyErr_NoMemory();
    } else if (put_all(&said, &text, held, found) == 0) {
        PyObject *starts = PyList_New(said.length + 1);
        for (Py_ssize_t at = 0; starts && at <= said.length; at++) {
            PyObject *start = PyLong_FromSsize_t(said.starts[at]);
            if (!start) {
                Py_CLEAR(starts);
            } else {
                PyList_SET_ITEM(starts, at, start);
            }
        }
        result = starts ? Py_BuildValue("NNO", PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, said.characters,
                                                                         said.length), starts, found) : NULL;
    }
    PyMem_Free(said.characters);
    PyMem_Free(said.starts);
    Py_DECREF(found);
    Py_DECREF(held);
    return result;
}

/* unmarked(line): the same without marks. */
PyObject *unmarked(PyObject *module, PyObject *string) {
    (void)module;
    if (!PyUnicode_Check(string)) {
        PyErr_SetString(PyExc_TypeError, "a line is a string");
        return NULL;
    }
    Text line = text_of(string);
    if (line.kind == PyUnicode_1BYTE_KIND) {
        return Py_NewRef(string);
    }
    void *kept = PyMem_Malloc((size_t)line.length * (size_t)line.kind + 1);
    if (!kept) {
        return PyErr_NoMemory();
    }
    Py_ssize_t length = 0;
    for (Py_ssize_t at = 0; at < line.length; at++) {
        Py_UCS4 character = text_at(&line, at);
        if (character < FIRST_MARK || character > END_MARK) {
            PyUnicode_WRITE(line.kind, kept, length, character);
            length++;
        }
    }
    PyObject *result = length < line.length ? PyUnicode_FromKindAndData(line.kind, kept, length) : Py_NewRef(string);
    PyMem_Free(kept);
    return result;
}
