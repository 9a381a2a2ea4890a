/* The loops of the reader that pay most, each beside its twin in Python. Nothing is kept between two calls: what they
   need comes with them, tables as capsules. */
#include "table.h"

static PyMethodDef functions[] = {
    {"table", table_new, METH_O, NULL},
    {"weights", weights, METH_O, NULL},
    {"words", words, METH_VARARGS, NULL},
    {"line", line, METH_VARARGS, NULL},
    {"unmarked", unmarked, METH_O, NULL},
    {"told", told, METH_VARARGS, NULL},
    {"fitting", fitting, METH_VARARGS, NULL},
    {"masked", masked, METH_VARARGS, NULL},
    {"weigh", weigh, METH_VARARGS, NULL},
    {"different", different, METH_O, NULL},
    {"named", named, METH_VARARGS, NULL},
    {NULL},
};

static int say_contract(PyObject *module) {
    return PyModule_AddIntConstant(module, "CONTRACT", 6);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, say_contract}, {0, NULL}};

static struct PyModuleDef core = {
    PyModuleDef_HEAD_INIT, .m_name = "core", .m_methods = functions, .m_slots = slots,
};

PyMODINIT_FUNC PyInit_core(void) {
    return PyModuleDef_Init(&core);
}
