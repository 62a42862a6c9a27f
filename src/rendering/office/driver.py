"""Drives one LibreOffice, which it starts and which ends with it.

Arguments: LibreOffice's program folder, an empty folder for its profile and temporary files, and the most bytes of memory that it may use.
A line on standard output is an answer in JSON. The first says that it can begin: {"offline": whether there is no network for it}. Then each
line on standard input, {"source": path, "pdf": path, "maxPages": number}, is answered by {"pageCount": all pages of the source, "memoryBytes":
number} or by {"problem": "encrypted" | "unknown" | "damaged" | "memory", "memoryBytes": number}. Both end with standard input.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import queue
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid

import uno
import unohelper
from com.sun.star.connection import NoConnectException
from com.sun.star.document.MacroExecMode import NEVER_EXECUTE
from com.sun.star.document.UpdateDocMode import NO_UPDATE
from com.sun.star.lang import DisposedException
from com.sun.star.task import XInteractionHandler2
from com.sun.star.uno import Exception as OfficeException
from pdf_export import export, properties

PROGRAM_FOLDER, FOLDER, MAX_MEMORY_BYTES = sys.argv[1], sys.argv[2], int(sys.argv[3])
PROFILE = uno.systemPathToFileUrl(os.path.join(FOLDER, "profile"))
PIPE = f"proofsheet{uuid.uuid4().hex}"

# Beginnings of the names of what LibreOffice takes a file for; nothing that it would read as text, HTML or a picture.
DRAWN = ("writer", "calc", "impress", "draw8", "MS Word", "MS Excel", "MS PowerPoint")
# LibreOffice ends with this code once it has laid out a new profile.
START_AGAIN = 81
CHECK_EVERY_SECONDS = 0.05
CLONE_NEWUSER, CLONE_NEWNET, PR_SET_PDEATHSIG = 0x10000000, 0x40000000, 1

# The processes of LibreOffice that were started.
started = []


def main():
    offline = go_offline()
    requests = queue.Queue()
    threading.Thread(target=read_requests, args=(requests,), daemon=True).start()
    try:
        office = Office()
        threading.Thread(target=watch, args=(office,), daemon=True).start()
        answer({"offline": offline})
        while True:
            job = requests.get()
            answer({**office.convert(job), "memoryBytes": office.memory_bytes()})
    finally:
        end()


def read_requests(requests):
    try:
        for line in sys.stdin:
            requests.put(json.loads(line))
    finally:
        end()


def watch(office):
    """Ends everything when LibreOffice ends, or when it uses too much."""
    while office.is_running():
        memory_bytes = office.memory_bytes()
        if memory_bytes > MAX_MEMORY_BYTES:
            answer({"problem": "memory", "memoryBytes": memory_bytes})
            break
        time.sleep(CHECK_EVERY_SECONDS)
    end()


def answer(message):
    os.write(sys.stdout.fileno(), (json.dumps(message) + "\n").encode())


def end():
    """From any thread, whatever the others do. Nobody else could clear away LibreOffice's sockets and the process itself."""
    for process in started:
        process.kill()
        process.wait()
    remove_sockets()
    os._exit(0)


def go_offline():
    """Into a network of its own without any connection, where the kernel lets this user have one."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "unshare"):
        return False
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNET) == 0:
        return True
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(content)
    return True


class Office:
    def __init__(self):
        settings = os.path.join(FOLDER, "profile", "user")
        os.makedirs(settings)
        folder = os.path.dirname(os.path.abspath(__file__))
        shutil.copy(os.path.join(folder, "profile.xcu"), os.path.join(settings, "registrymodifications.xcu"))
        address = f"pipe,name={PIPE};urp"
        self.command = [
            os.path.join(PROGRAM_FOLDER, "soffice.bin"),
            *("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            f"-env:UserInstallation={PROFILE}",
            f"--accept={address};StarOffice.ComponentContext",
        ]
        self.start()
        context = self.connect(f"uno:{address};StarOffice.ComponentContext")
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.detection = context.ServiceManager.createInstanceWithContext("com.sun.star.document.TypeDetection", context)
        remove_sockets()

    def start(self):
        environment = {"PATH": "/usr/bin:/bin", "HOME": FOLDER, "TMPDIR": FOLDER, "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
        self.process = subprocess.Popen(
            self.command,
            env=environment,
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=before_office,
        )
        started.append(self.process)

    def connect(self, address):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        while True:
            try:
                return resolver.resolve(address)
            except NoConnectException:
                if self.process.poll() == START_AGAIN:
                    self.start()
                elif self.process.returncode is not None:
                    end()
                time.sleep(CHECK_EVERY_SECONDS)

    def is_running(self):
        return self.process.poll() is None

    def memory_bytes(self):
        """Resident; 0 where the system does not tell."""
        try:
            with open(f"/proc/{self.process.pid}/statm") as file:
                return int(file.read().split()[1]) * resource.getpagesize()
        except OSError:
            return 0

    def convert(self, job):
        refuser = Refuser()
        try:
            document = self.load(uno.systemPathToFileUrl(job["source"]), refuser)
        except DisposedException:
            end()
        except OfficeException:
            document = None
        if refuser.was_asked_for_password:
            return {"problem": "encrypted"}
        if document is None or isinstance(document, str):
            return {"problem": document or "damaged"}
        try:
            return {"pageCount": export(document, job["pdf"], job["maxPages"])}
        finally:
            document.close(True)

    def load(self, url, refuser):
        """The document; why it is not even tried; or None where it cannot be loaded."""
        kind, _ = self.detection.queryTypeByDescriptor(properties(URL=url, InteractionHandler=refuser), True)
        if not kind.startswith(DRAWN):
            return "unknown"
        how = properties(
            Hidden=True,
            ReadOnly=True,
            MacroExecutionMode=NEVER_EXECUTE,
            UpdateDocMode=NO_UPDATE,
            InteractionHandler=refuser,
        )
        return self.desktop.loadComponentFromURL(url, "_blank", 0, how)


def before_office():
    """In the new process: it ends with this one and leaves no core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def sockets():
    """Those that LibreOffice makes: ours, and the one by which a second one with its profile would find it, named after that."""
    digest = "".join(f"{byte:x}" for byte in hashlib.md5(PROFILE.encode("utf-16-le")).digest())
    return [f"/tmp/OSL_PIPE_{os.getuid()}_{name}" for name in (PIPE, f"SingleOfficeIPC_{digest}")]


def remove_sockets():
    """Once we are connected nobody needs them, and they would stay when it is killed."""
    for path in sockets():
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


class Refuser(unohelper.Base, XInteractionHandler2):
    """Says no to whatever LibreOffice would ask a person, and remembers whether it was for a password."""

    def __init__(self):
        self.was_asked_for_password = False

    def handle(self, request):
        self.handleInteractionRequest(request)

    def handleInteractionRequest(self, request):
        # By the answers that it takes: what it says itself is an exception, which Debian's PyUNO does not hand over.
        continuations = request.getContinuations()
        self.was_asked_for_password |= any(takes(one, "XInteractionPassword") for one in continuations)
        for one in continuations:
            if takes(one, "XInteractionAbort"):
                one.select()
        return True


def takes(continuation, name):
    return any(kind.typeName.startswith(f"com.sun.star.task.{name}") for kind in continuation.getTypes())


main()
