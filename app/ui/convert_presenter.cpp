#include "ui/convert_presenter.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStorageInfo>
#include <algorithm>

#include "core/error_text.h"
#include "core/model_name.h"
#include "core/paths.h"
#include "inference/engine.h"
#include "library/model_inspector.h"
#include "ui/model_presenter.h"
#include "ui/panels/convert_page.h"
#include "ui/panels/status_line.h"
#include "ui/widgets/format.h"

namespace monochord::app {

namespace {

/// Of the folder or, as long as it is not there, of the one that it would be in.
std::optional<quint64> freeOnDisk(QString folder) {
    while (!QFileInfo::exists(folder) && folder != QFileInfo(folder).path()) folder = QFileInfo(folder).path();
    const qint64 bytes = QStorageInfo(folder).bytesAvailable();
    return bytes < 0 ? std::nullopt : std::optional(static_cast<quint64>(bytes));
}

/// Folders of other applications keep what those put there.
QString usualFolder(const ModelCard& card) {
    const bool mayHoldMore = !card.isCheckpoint && (card.place == Place::Chosen || card.place == Place::Downloads) &&
                             QFileInfo(QFileInfo(card.path).path()).isWritable();
    return mayHoldMore ? QFileInfo(card.path).path() : modelsFolder();
}

}  // namespace

ConvertPresenter::ConvertPresenter(Engine* engine, ModelPresenter* models, const Widgets& widgets, QObject* parent)
    : QObject(parent), m_engine(engine), m_models(models), m_widgets(widgets) {
    const ConvertPage* page = widgets.page;
    connect(models, &ModelPresenter::checkpointOpened, this, &ConvertPresenter::convert);
    connect(page, &ConvertPage::typeChanged, this, &ConvertPresenter::place);
    connect(page, &ConvertPage::placeRequested, this, &ConvertPresenter::choosePlace);
    connect(page, &ConvertPage::startRequested, this, &ConvertPresenter::start);
    connect(page, &ConvertPage::cancelRequested, this, &ConvertPresenter::cancel);
    connect(page, &ConvertPage::loadRequested, this, &ConvertPresenter::load);
    connect(page, &ConvertPage::closeRequested, this, [this] { Q_EMIT pageWanted(false); });
    connect(widgets.status, &StatusLine::workClicked, this, [this] {
        if (!m_maker.isRunning()) m_widgets.status->setWork({});
        Q_EMIT pageWanted(true);
    });
    connect(&m_maker, &ModelMaker::progress, this, &ConvertPresenter::showProgress);
    connect(&m_maker, &ModelMaker::ended, this, &ConvertPresenter::finish);
}

void ConvertPresenter::convert(const QString& folder) {
    inspect(folder, true, Place::Chosen);
}

void ConvertPresenter::quantize(const ModelCard& card) {
    inspect(card.path, false, card.place);
}

void ConvertPresenter::inspect(const QString& path, bool isCheckpoint, Place place) {
    Q_EMIT pageWanted(true);
    if (m_maker.isRunning()) return;
    m_widgets.status->setWork({});
    m_widgets.page->setReading(isCheckpoint ? QFileInfo(path).fileName() : modelName(path, {}));
    auto inspection = isCheckpoint ? inspectFile(path) : inspectToQuantize(path);
    inspection.then(this, [this, place, asked = ++m_asked](const InspectionResult& result) {
        if (asked != m_asked) return;
        if (!result) return m_widgets.page->setProblem(sentence(result.error()));
        m_card = *result;
        m_card.place = place;
        m_folder = usualFolder(m_card);
        m_widgets.page->setCard(m_card);
        this->place();
    });
}

void ConvertPresenter::place() {
    const TypeSize type = m_widgets.page->type();
    if (type.name.isEmpty() || m_maker.isRunning()) return;
    const QString name = m_card.isCheckpoint ? m_card.name : modelName(m_card.path, m_card.name);
    m_order = {.source = m_card.path,
               .isCheckpoint = m_card.isCheckpoint,
               .type = type.name,
               .target = freeModelPath(m_folder, name, type.name)};
    const quint64 between = ModelMaker::needsFileBetween(m_order) ? m_card.fileBytes : 0;
    m_widgets.page->setTarget(m_order.target, type.bytes + between, freeOnDisk(m_folder));
}

void ConvertPresenter::choosePlace() {
    auto* dialog = new QFileDialog(m_widgets.page, tr("Choose a folder for the file"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setDirectory(QFileInfo(m_folder).isDir() ? m_folder : QDir::homePath());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_folder = QDir::cleanPath(folder);
        place();
    });
    dialog->open();
}

void ConvertPresenter::start() {
    if (m_maker.isRunning()) return;
    place();  // the file's name may have been taken meanwhile
    m_clock.start();
    m_maker.start(m_order);
    showProgress(0);
}

void ConvertPresenter::cancel() {
    if (m_maker.isRunning()) return m_maker.cancel();
    ++m_asked;
    m_widgets.status->setWork({});
    Q_EMIT pageWanted(false);
}

void ConvertPresenter::showProgress(double share) {
    QStringList facts{percentText(share), speedText(share, m_card.fileBytes, m_clock.elapsed())};
    facts.removeAll(QString());
    const QString text = facts.join(QStringLiteral(" · "));
    m_widgets.page->setWorking(share, text);
    const QString what = m_order.isCheckpoint ? tr("Converting %1") : tr("Quantizing %1");
    m_widgets.status->setWork(tr("%1: %2", "Converting Qwen: 12 %").arg(what.arg(m_card.name), text), share);
}

void ConvertPresenter::finish(const MakeResult& result) {
    const bool isOpen = m_widgets.page->isVisible();
    m_widgets.status->setWork({});
    if (result.failure) {
        place();
        m_widgets.page->setProblem(sentence(*result.failure));
        if (!isOpen) m_widgets.status->setWork(tr("%1 was not converted").arg(m_card.name));
        return;
    }
    m_widgets.page->setDone(modelName(result.path, {}));
    Q_EMIT made(result.path);
    if (m_order.isCheckpoint && (isOpen || !m_engine->model())) return load();
    if (isOpen) return Q_EMIT quantized(result.path);
    m_widgets.status->setWork(tr("%1 is ready").arg(modelName(result.path, {})));
}

void ConvertPresenter::load() {
    m_widgets.status->setWork({});
    m_models->load(m_order.target);
}

}  // namespace monochord::app
