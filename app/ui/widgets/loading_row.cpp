#include "ui/widgets/loading_row.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "ui/widgets/format.h"
#include "ui/widgets/label.h"
#include "ui/widgets/meter.h"

namespace monochord::app {

LoadingRow::LoadingRow(Theme* theme, QWidget* parent)
    : QWidget(parent),
      m_name(new ElidedLabel(theme, Tone::Text, 0.96, QFont::DemiBold, this)),
      m_meter(new Meter(theme, tr("Loading the model"), this)),
      m_share(new ElidedLabel(theme, Tone::Muted, 0.92, QFont::Normal, this)),
      m_cancel(makeButton(theme, tr("Cancel"), "quiet", this, 0.92)) {
    m_cancel->setAccessibleName(tr("Cancel loading"));
    const auto fit = [this] {
        m_name->setMaximumWidth(em(this, 16));
        m_meter->setMinimumWidth(em(this, 4));
        m_meter->setMaximumWidth(em(this, 12));
        m_share->setFixedWidth(m_share->fontMetrics().horizontalAdvance(percentText(1)) + 2);
    };
    fit();
    connect(theme, &Theme::changed, this, fit);
    connect(m_cancel, &QPushButton::clicked, this, &LoadingRow::cancelClicked);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(9);
    row->addWidget(m_name);
    row->addWidget(m_meter, 1);
    row->addWidget(m_share);
    row->addWidget(m_cancel);
}

void LoadingRow::setLoading(const QString& name, quint64 doneBytes, quint64 totalBytes) {
    const double share = totalBytes > 0 ? static_cast<double>(doneBytes) / static_cast<double>(totalBytes) : 0;
    m_name->setText(name);
    m_meter->setShare(share);
    m_meter->setAccessibleDescription(name);
    // The total is unknown until the header is read.
    m_share->setText(totalBytes > 0 ? percentText(share) : QString());
}

}  // namespace monochord::app
