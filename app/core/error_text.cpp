#include "core/error_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

namespace monochord::app {

namespace {

struct ErrorText {
    Q_DECLARE_TR_FUNCTIONS(ErrorText)
};

QString detailOf(const Failure& failure) {
    return failure.detail.isEmpty() ? ErrorText::tr("the reason is not known") : failure.detail;
}

/// %1 and %2 replaced in one pass. QString::arg would give %2 the first text where a sentence has no %1.
QString filled(const QString& text, const QString& first, const QString& second) {
    QString result;
    for (qsizetype i = 0; i < text.size(); i++) {
        const QStringView place = QStringView(text).sliced(i, std::min<qsizetype>(2, text.size() - i));
        if (place == u"%1" || place == u"%2") {
            result += place.back() == u'1' ? first : second;
            i++;
        } else {
            result += text[i];
        }
    }
    return result;
}

/// Of a model file: %1 is its name, %2 the detail.
QString fileSentence(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
        case ErrorCode::InvalidArgument:
        case ErrorCode::ContextFull:
            return ErrorText::tr("%1 can’t be opened: %2. Choose another model.");
        case ErrorCode::NotReadable:
            return ErrorText::tr("%1 can’t be read: %2. Choose a file that ends in .gguf.");
        case ErrorCode::NotGguf:
            return ErrorText::tr("%1 is not a GGUF model. Choose a file that ends in .gguf.");
        case ErrorCode::Truncated:
            return ErrorText::tr("%1 is not complete: %2. Download or copy it again.");
        case ErrorCode::Corrupt:
        case ErrorCode::NotFinite:
            return ErrorText::tr("%1 is damaged: %2. Download it again, or choose another model.");
        case ErrorCode::Unsupported:
            return ErrorText::tr("%1 can’t be used: %2. Choose another model.");
        case ErrorCode::OutOfMemory:
            return ErrorText::tr(
                "There is not enough memory for %1: %2. Close other programs, or choose a smaller model.");
        case ErrorCode::FileChanged:
            return ErrorText::tr("%1 changed while it was read: %2. Wait until it is complete, then open it again.");
        case ErrorCode::Template:
            return ErrorText::tr("%1 can’t be used for a chat: %2. Choose another model.");
        case ErrorCode::Cancelled:
            return ErrorText::tr("%1 was not opened, because you stopped it. Open it again when you want it.");
    }
    return {};
}

/// Of a model that was to be converted or quantized: %1 is its name, %2 the detail.
QString convertSentence(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
        case ErrorCode::NotGguf:
        case ErrorCode::ContextFull:
        case ErrorCode::Template:
            return ErrorText::tr("%1 can’t be converted: %2. Choose the folder that a model was downloaded into.");
        case ErrorCode::Unsupported:
        case ErrorCode::InvalidArgument:
            return ErrorText::tr("%1 can’t be converted: %2.");
        case ErrorCode::NotReadable:
            return ErrorText::tr("%1 can’t be converted: %2. Make room on the disk, or choose another place.");
        case ErrorCode::Truncated:
            return ErrorText::tr("%1 is not complete: %2. Download or copy it again.");
        case ErrorCode::Corrupt:
        case ErrorCode::NotFinite:
            return ErrorText::tr("%1 is damaged: %2. Download it again, or choose another model.");
        case ErrorCode::OutOfMemory:
            return ErrorText::tr("There is not enough memory to convert %1: %2. Close other programs, then try again.");
        case ErrorCode::FileChanged:
            return ErrorText::tr("%1 changed while it was converted: %2. Wait until it is complete, then try again.");
        case ErrorCode::Cancelled:
            return ErrorText::tr("%1 was not converted, because you stopped it. Nothing is left of it.");
    }
    return {};
}

/// Of a message that was not sent: %1 is the detail.
QString sendSentence(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
            return ErrorText::tr("No model is loaded. Drop a .gguf file on the window, or open one with Ctrl+O.");
        case ErrorCode::InvalidArgument:
            return ErrorText::tr("The message can’t be sent: %1. Check the sampling settings, then send it again.");
        case ErrorCode::OutOfMemory:
            return ErrorText::tr(
                "There is not enough memory for this message: %1. Close other programs, then send it again.");
        case ErrorCode::ContextFull:
            return ErrorText::tr("The message is too long: %1. Shorten it, or begin a new chat.");
        case ErrorCode::Template:
            return ErrorText::tr(
                "The model’s chat template refuses this chat: %1. Change the system prompt or the message, or put "
                "another template in its place, in the menu.");
        case ErrorCode::Cancelled:
            return ErrorText::tr("The message was not sent, because you stopped it. Its text is still there.");
        case ErrorCode::NotReadable:
        case ErrorCode::NotGguf:
        case ErrorCode::Truncated:
        case ErrorCode::Corrupt:
        case ErrorCode::Unsupported:
        case ErrorCode::NotFinite:
        case ErrorCode::FileChanged:
            return ErrorText::tr("The message can’t be sent: %1. Open the model again, then send it once more.");
    }
    return {};
}

/// Of a reply that broke off: %1 is the model's file, %2 the detail.
QString replySentence(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFinite:
        case ErrorCode::Corrupt:
            return ErrorText::tr(
                "The reply broke off: %2. %1 may be damaged; download it again, or choose another model.");
        case ErrorCode::FileChanged:
        case ErrorCode::Truncated:
        case ErrorCode::NotReadable:
            return ErrorText::tr("The reply broke off, because %1 changed: %2. Open the model again.");
        case ErrorCode::OutOfMemory:
            return ErrorText::tr(
                "The reply broke off for lack of memory: %2. Close other programs, or choose a smaller model than %1.");
        case ErrorCode::ContextFull:
            return ErrorText::tr("The reply broke off, because the context of %1 is full: %2. Begin a new chat.");
        case ErrorCode::Cancelled:
            return ErrorText::tr("You stopped the reply. Continue it or regenerate it when you want.");
        case ErrorCode::InvalidArgument:
            return ErrorText::tr("The reply broke off: %2. Check the sampling settings, then continue it.");
        case ErrorCode::NotFound:
        case ErrorCode::NotGguf:
        case ErrorCode::Unsupported:
        case ErrorCode::Template:
            return ErrorText::tr("The reply broke off: %2. Open %1 again, then regenerate the reply.");
    }
    return {};
}

/// Of a file of chats: %1 is its name, %2 the detail.
QString importSentence(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
        case ErrorCode::InvalidArgument:
        case ErrorCode::NotGguf:
        case ErrorCode::Template:
            return ErrorText::tr(
                "%1 holds no chats. Choose a JSON file that Monochord exported, or conversations.json of ChatGPT.");
        case ErrorCode::Unsupported:
            return ErrorText::tr("%1 comes from a newer Monochord. Install the newest version, then import it again.");
        case ErrorCode::OutOfMemory:
        case ErrorCode::ContextFull:
            return ErrorText::tr("%1 is too large to import: files of up to %2 are read. Export fewer chats at once.");
        case ErrorCode::NotReadable:
        case ErrorCode::FileChanged:
        case ErrorCode::Cancelled:
            return ErrorText::tr("%1 can’t be read: %2. Nothing was imported; choose another file.");
        case ErrorCode::Truncated:
        case ErrorCode::Corrupt:
        case ErrorCode::NotFinite:
            return ErrorText::tr("%1 is damaged: %2. Nothing was imported; export it again.");
    }
    return {};
}

/// Of the chats: %1 is the database's path, %2 the detail.
QString storeSentence(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
        case ErrorCode::FileChanged:
            return ErrorText::tr(
                "Your chats can’t be found in %1: %2. This chat goes on, but is not saved; put the file back and "
                "start again.");
        case ErrorCode::Corrupt:
        case ErrorCode::Truncated:
        case ErrorCode::NotGguf:
            return ErrorText::tr(
                "The file of your chats is damaged: %2. It stays beside the new one that was begun; do not delete it "
                "if its "
                "chats matter.");
        case ErrorCode::Unsupported:
            return ErrorText::tr(
                "Your chats in %1 can’t be read: %2. Install the newest Monochord; this chat goes on, but is not "
                "saved.");
        case ErrorCode::Cancelled:
            return ErrorText::tr("Saving was stopped. This chat goes on; what is not saved yet is tried again.");
        case ErrorCode::NotReadable:
        case ErrorCode::OutOfMemory:
        case ErrorCode::InvalidArgument:
        case ErrorCode::ContextFull:
        case ErrorCode::NotFinite:
        case ErrorCode::Template:
            return ErrorText::tr(
                "Your chats can’t be saved in %1: %2. Make room on the disk or check the folder; this chat goes on "
                "meanwhile.");
    }
    return {};
}

/// With the numbers. Older messages are left out, so what does not fit is the message with the system prompt.
QString contextSentence(const Failure& failure) {
    // A name, because lupdate overlooks a text with a longer expression for its number.
    const auto over = static_cast<int>(failure.wanted - std::min(failure.available, failure.wanted));
    return ErrorText::tr(
               "This message is %Ln tokens too long for this model’s context of %1. Shorten it or the system prompt.",
               nullptr, over)
        .arg(QLocale().toString(failure.available));
}

}  // namespace

QString sentence(const Failure& failure) {
    const QString detail = detailOf(failure);
    switch (failure.task) {
        case Task::OpenModel:
        case Task::InspectFile: {
            const QString name = failure.subject.isEmpty() ? ErrorText::tr("The file") : failure.subject;
            return filled(fileSentence(failure.code), name, detail);
        }
        case Task::Convert:
            return filled(convertSentence(failure.code), failure.subject, detail);
        case Task::Send:
            if (failure.code == ErrorCode::ContextFull && failure.wanted > 0) return contextSentence(failure);
            return filled(sendSentence(failure.code), detail, {});
        case Task::Reply: {
            const QString name = failure.subject.isEmpty() ? ErrorText::tr("the model") : failure.subject;
            return filled(replySentence(failure.code), name, detail);
        }
        case Task::Export:
            return filled(ErrorText::tr("%1 can’t be written: %2. Make room on the disk, or choose another folder."),
                          failure.subject, detail);
        case Task::Import:
            return filled(importSentence(failure.code), failure.subject, detail);
        case Task::Store:
            return filled(storeSentence(failure.code), failure.subject, detail);
    }
    return {};
}

}  // namespace monochord::app
