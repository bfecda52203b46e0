"""What the standards let an office file hold, less what tells about people: a name that is not here goes.

Words of ECMA-376 (transitional) and of OpenDocument 1.2. Left out of them on purpose: deletions and their authors,
comments, bookmarks, defined names, formulas, macros, forms, objects, links between programs, descriptions of pictures,
dates of work, passwords. `WORDS` are attributes whose type is any text and that decide what is seen: they are looked
through for paths and addresses. The extensions of makers are in no standard and go."""


def words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = words_in(
    """
    Accel Accel2 Anchor AutoFill AutoLine AutoPict AutoScale CF Camera Cancel Checked ColHidden Colored Column DDE
    Default DefaultSize Disabled Dismiss DropLines DropStyle Dx FieldCodes FirstButton FmlaGroup FmlaLink FmlaMacro
    FmlaPict FmlaRange FmlaTxbx Help Horiz Inc JustLastX LCT LinkType ListItem LockText Locked LockedField MapOCX
    Max Min MoveWithCells MultiLine MultiSel NoThreeD NoThreeD2 Page PrintObject RecalcAlways Row RowHidden
    ScriptExtended ScriptLanguage ScriptLocation ScriptText SecretEdit Sel SelType SizeWithCells TextHAlign
    TextVAlign UIObj VScroll VTEdit Val ValidIds Visible WidthMin absSizeAnchor absoluteAnchor abstractNum
    abstractNumId acc accPr accent1 accent2 accent3 accent4 accent5 accent6 active activeRecord addressFieldName adj
    adjLst adjustLineHeightInTable adjustRightInd ahLst ahPolar ahXY alg alias align alignBordersAndEdges
    alignTablesRowByRow alignment allowPNG allowSpaceOfSameStyleInTable aln alnScr alpha alphaBiLevel alphaCeiling
    alphaFloor alphaInv alphaMod alphaModFix alphaOff alphaOutset alphaRepl altName alwaysMergeEmptyNamespace
    alwaysShowPlaceholderText anchor anchorlock anim animClr animEffect animLvl animMotion animOne animRot animScale
    applyBreakingRules applyToEnd applyToFront applyToSides arc arcTo area3DChart areaChart argPr argSz
    attachedSchema attr attrName attrNameLst auto autoFilter autoFormatOverride autoHyphenation autoRedefine
    autoSortScope autoSpaceDE autoSpaceDN autoSpaceLikeWord95 autoTitleDeleted autoUpdate
    autofitToFirstFixedWidthCell avLst axId axPos b bCs backWall backdrop background backward
    balanceSingleByteDoubleByteWidth band1H band1V band2H band2V bandFmt bandFmts bar bar3DChart barChart barDir
    barPr baseJc baseTimeUnit basedOn bdo bdr begChr behavior behaviors between bevel bevelB bevelT bg bgClr bgColor
    bgFillStyleLst bgPr bgRef biLevel bibliography bidi bidiVisual bk bldAsOne bldChart bldDgm bldGraphic bldLst
    bldOleChart bldP bldSub blend blinds blip blipFill blockQuote blue blueMod blueOff blur body bodyDiv bodyPr
    bodyStyle bold boldItalic bookFoldPrinting bookFoldPrintingSheets bookFoldRevPrinting bookViews boolVal border
    borderBox borderBoxPr borderbottom borderleft borderright borders bordersDoNotSurroundFooter
    bordersDoNotSurroundHeader bordertop bottom box boxPr br brk brkBin brkBinSub browse buAutoNum buBlip buChar
    buClr buClrTx buFont buFontTx buNone buSzPct buSzPts buSzTx bubble3D bubbleChart bubbleScale bubbleSize
    builtInUnit bulletEnabled by c cBhvr cGp cGpRule cMediaNode cNvCnPr cNvContentPartPr cNvCxnSpPr cNvFrPr
    cNvGraphicFramePr cNvGrpSpPr cNvPicPr cNvPr cNvSpPr cSld cSldViewPr cSp cTn cViewPr cacheField cacheFields
    cacheHierarchies cacheHierarchy cacheSource cachedColBalance calcChain calcOnExit calcPr calculatedItem
    calculatedItems calculatedMember calculatedMembers calendar callout camera cantSplit caps caption cat catAx
    catLst category cell cell3D cellMetadata cellStyle cellStyleXfs cellStyles cellWatch cellXfs cfRule cfvo chExt
    chMax chOff chPref charRg characterSpacingControl charset chart chartFormat chartFormats chartObject chartSpace
    chartsheet checkBox checkErrors checked checker childTnLst choose chr circle citation clickAndTypeStyle
    clientData clippath close clrChange clrData clrFrom clrMap clrMapOvr clrMru clrRepl clrScheme clrSchemeMapping
    clrTo clrVal cnfStyle col colBreaks colDelim colFields colHierarchiesUsage colHierarchyUsage colItems colOff
    color colorFilter colorScale colormenu colormru colors colorsDef colorsDefHdr colorsDefHdrLst cols column comb
    comboBox commentPr comp compat compatSetting complex cond condense conditionalFormat conditionalFormats
    conditionalFormatting consecutiveHyphenLimit consolidation constr constrLst cont contentPart contextualSpacing
    continuationSeparator contourClr convMailMergeEsc count cover cpLocks cr crossAx crossBetween crosses crossesAt
    cs ctrlPr cubicBezTo curve custClr custClrLst custDash custGeom custShow custSplit custUnit customFilter
    customFilters customPr customProperties customSheetView customWorkbookView customXml cut cxn cxnLst cxnSp
    cxnSpLocks d dLbl dLblPos dLbls dPr dPt dTable data dataBar dataField dataFields dataModel dataRef dataRefs
    dataType date date1904 dateAx dateFormat dateGroupItem dayLong dayShort ddList ddeItem ddeItems ddeLink
    decimalSymbol defJc defPPr defRPr default defaultTabStop defaultTableStyle defaultTextStyle deg degHide delete
    deletedField den depthPercent desc description destination dgm diagonal diagram dialogsheet diamond diff
    dimension dimensions dir dirty discretePr dispBlanksAs dispDef dispEq dispRSqr dispUnits dispUnitsLbl
    displayBackgroundShape displayHangulFixedWidth displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery
    dissolve divBdr divId divsChild dk1 dk2 doNotAutoCompressPictures doNotAutofitConstrainedTables
    doNotBreakConstrainedForcedTable doNotBreakWrappedTables doNotDemarcateInvalidXml doNotDisplayPageBoundaries
    doNotEmbedSmartTags doNotExpandShiftReturn doNotHyphenateCaps doNotIncludeSubdocsInStats
    doNotLeaveBackslashAlone doNotOrganizeInFolder doNotRelyOnCSS doNotSaveAsSingleFile doNotShadeFormData
    doNotSnapToGridInCell doNotSuppressBlankLines doNotSuppressIndentation doNotSuppressParagraphBorders
    doNotTrackFormatting doNotTrackMoves doNotUseEastAsianBreakRules doNotUseHTMLParagraphAutoSpacing
    doNotUseIndentAsNumberingTabStop doNotUseLongFileNames doNotUseMarginsForDrawingGridOrigin
    doNotValidateAgainstSchema doNotVertAlignCellWithSp doNotVertAlignInTxbx doNotWrapTextWithPunct docDefaults
    docGrid docPartCategory docPartGallery docPartPr docPartUnique docPr document documentType doughnutChart
    downBars drawing drawingGridHorizontalOrigin drawingGridHorizontalSpacing drawingGridVerticalOrigin
    drawingGridVerticalSpacing drawingHF dropDownList dropLines ds dstrike duotone dxf dxfs dynamicAddress
    dynamicFilter e ea eastAsianLayout effect effectClrLst effectDag effectExtent effectLst effectRef effectStyle
    effectStyleLst else em embed embedBold embedBoldItalic embedItalic embedRegular embedSystemFonts
    embedTrueTypeFonts embeddedFont embeddedFontLst emboss enabled encoding end endChr endCondLst endCxn endParaRPr
    endSnd endSync endnote endnotePr endnoteRef endnoteReference endnotes entries entry entryMacro eqArr eqArrPr
    equation errBarType errBars errDir errValType evenAndOddHeaders evenFooter evenHeader excl exitMacro explosion
    extend extent externalBook externalLink extraClrScheme extraClrSchemeLst extrusion extrusionClr fHdr fName fPr
    fade family fgClr fgColor field fieldGroup fieldMapData fieldUsage fieldsUsage fill fillClrLst fillOverlay
    fillRect fillRef fillStyleLst fillToRect fills filter filters firstCol firstFooter firstHeader firstRow
    firstSliceAng fitText flatBorders flatTx fld fldChar fldSimple floor fltVal fmtId fmtScheme folHlink font
    fontRef fontScheme fonts footerReference footnote footnoteLayoutLikeWW8 footnotePr footnoteRef footnoteReference
    footnotes forEach forceUpgrade forgetLastTabAlignment formProt format formatCode formats formatting formsDesign
    formula formula1 formula2 formulas forward frameLayout framePr framesetSplitbar from ftr func funcPr
    functionGroup futureMetadata gallery gamma gapDepth gapWidth gd gdLst glossaryDocument glow gradFill
    gradientFill graphic graphicData graphicEl graphicFrame graphicFrameLocks gray grayscl green greenMod greenOff
    gridAfter gridBefore gridCol gridSpacing gridSpan group groupChr groupChrPr groupItems groupLevel groupLevels
    groupMember groupMembers grouping groups grow growAutofit grpFill grpSp grpSpLocks grpSpPr gs gsLst guid guide
    guideLst gutterAtTop h hMerge hMode hPercent handles handoutMaster handoutMasterId handoutMasterIdLst hdr
    hdrShapeDefaults headEnd header headerFooter headerReference helpText hf hiLowLines hidden hideBot
    hideGrammaticalErrors hideLeft hideMark hideRight hideSpellingErrors hideTop hierBranch highlight hlink
    hlinkClick hlinkMouseOver holeSize horizontal hps hpsBaseText hpsRaise hsl hslClr htmlPubPr hue hueMod hueOff
    hyperlink hyperlinks hyphenationZone i iCs iconFilter iconSet id idmap idx if ignoreMixedContent ignoredError
    ignoredErrors ilvl image imagedata imprint ind indexedColors inkTgt inline innerShdw inputCells ins insideH
    insideV instrText intLim intVal interSp intercept intraSp inv invGamma invertIfNegative is isLgl iscomment
    italic item items iterate jc k keepLines keepNext kern kiosk kpi kpis lMargin label lang lastCol
    lastRenderedPageBreak lastRow latentStyles latin layout layoutDef layoutDefHdr layoutDefHdrLst layoutNode
    layoutRawTableWidth layoutTableRowsApart layoutTarget lblAlgn lblOffset leaderLines left legacy legend
    legendEntry legendPos lid lightRig lim limLoc limLow limLowPr limUpp limUppPr lin linClrLst line line3DChart
    lineChart lineTo lineWrapLikeWord6 link linkStyles linkToQuery linkedToFile listEntry listSeparator lit ln lnB
    lnBlToTr lnDef lnL lnNumType lnR lnRef lnSpc lnStyleLst lnT lnTlToBr lnTo location lock locked lockedCanvas
    logBase longDesc lsdException lstStyle lt1 lt2 lum lumMod lumOff lvl lvl1pPr lvl2pPr lvl3pPr lvl4pPr lvl5pPr
    lvl6pPr lvl7pPr lvl8pPr lvl9pPr lvlJc lvlOverride lvlPicBulletId lvlRestart lvlText m mPr mailAsAttachment
    mailSubject main mainDocumentType majorFont majorGridlines majorTickMark majorTimeUnit majorUnit manualLayout
    map mappedName maps marBottom marH marLeft marRight marTop marW marker masterClrMapping matchSrc mathFont mathPr
    max maxDist maxLength mc mcJc mcPr mcs mdxMetadata measureGroup measureGroups member members mergeCell
    mergeCells metadata metadataStrings metadataType metadataTypes min minorFont minorGridlines minorTickMark
    minorTimeUnit minorUnit minus mirrorIndents mirrorMargins miter monthLong monthShort moveTo movie mp mpMap mps
    mr mruColors ms multiLevelType multiLvlStrCache multiLvlStrRef mwSmallCaps n name nary naryLim naryPr nc ndxf
    neCell newsflash next nextCondLst noAutofit noBorder noBreak noBreakHyphen noColumnBalance noEndCap noEndnote
    noExtraLineSpacing noFill noLeading noLineBreaksAfter noLineBreaksBefore noMultiLvlLbl noProof
    noPunctuationKerning noResizeAllowed noSpaceRaiseLower noTabHangInd noWrap nor norm normAutofit normalViewPr
    notTrueType notes notesMaster notesMasterId notesMasterIdLst notesStyle notesSz notesTextViewPr notesViewPr nsid
    num numCache numFmt numFmts numId numIdMacAtCleanup numLit numPicBullet numPr numRef numRestart numStart
    numStyleLink numbering nvContentPartPr nvCxnSpPr nvGraphicFramePr nvGrpSpPr nvPicPr nvPr nvSpPr nwCell oMath
    oMathPara oMathParaPr objDist object objectDefaults objectEmbed objectLink oc oddFooter oddHeader odxf
    ofPieChart ofPieType off oldFormula oleChartEl oleItem oleItems oleLink oneCellAnchor opEmu optimizeForBrowser
    order orgChart orientation origin otherStyle outerShdw outline outlineLvl outlinePr outlineViewPr oval
    overflowPunct overlap overlay overrideClrMapping p pBdr pPr pPrDefault pRg pStyle page pageBreakBefore pageField
    pageFields pageItem pageMargins pageSetUpPr pageSetup pages pane panose1 paperSrc par param parameter parameters
    path pathLst pattFill patternFill penClr period personal personalCompose personalReply perspective pgBorders
    pgMar pgNum pgNumType pgSz ph phant phantPr phoneticPr pic picLocks pict picture pictureFormat pictureOptions
    pictureStackUnit pie3DChart pieChart pitch pivotArea pivotAreas pivotCacheRecords pivotField pivotFields
    pivotFmt pivotFmts pivotHierarchies pivotHierarchy pivotSelection pivotSource pivotTableStyleInfo pixelsPerInch
    placeholder plcHide plotArea plotVisOnly plus polyline pos posOffset position positionH positionV postSp prSet
    preSp presLayoutVars presOf present presentation presentationPr prevCondLst printBodyTextBeforeHeader
    printColBlack printFormsData printFractionalCharacterWidth printOptions printPostScriptOverText printSettings
    printTwoOnOne prnPr progress proofState protection proxy prstClr prstDash prstGeom prstShdw prstTxWarp pt
    ptCount ptLst ptab pull push qFormat quadBezTo queryCache queryTableDeletedFields queryTableField
    queryTableFields queryTableRefresh r rAngAx rCtr rFont rFonts rMargin rPh rPr rPrDefault rSp rSpRule rStyle rad
    radPr radarChart radarStyle raf random randomBar rangePr rangeSet rangeSets rc rcc rcft rcmt rcv rdn
    readModeInkLockDown rect red redMod redOff reference references reflection regrouptable regular rel relIds
    relOff relSizeAnchor relationtable relyOnVML removeDateAndTime removePersonalInformation resizeHandles
    restoredLeft restoredTop result reviewed reviewedList revisionView revisions rfmt rgb rgbColor rich richText
    right ris rm rot rotX rotY round roundedCorners roundrect row rowBreaks rowFields rowHierarchiesUsage
    rowHierarchyUsage rowItems rowOff rqt rrc rsnm rt rtl rtlGutter rtn ruby rubyAlign rubyBase rubyPr rule ruleLst
    rules s sPre sPrePr sSub sSubPr sSubSup sSubSupPr sSup sSupPr sampData sat satMod satOff saveFormsData
    saveInvalidXml savePreviewPicture saveSmartTagsAsXml saveSubsetFonts saveXmlDataOnly scale scaling scatterChart
    scatterStyle scene3d scheme schemeClr scr scrgbClr scrollbar sdt sdtContent seCell secondPiePt secondPieSize
    sectPr securityDescriptor selectFldWithFirstOrLastChar selection semiHidden sepChr separator seq ser serAx
    serLines serverFormat serverFormats set sets settings shade shadow shape shapeDefaults shapeLayoutLikeWW8
    shapedefaults shapelayout shapetype sharedItems shd sheet sheetCalcPr sheetData sheetDataSet sheetFormatPr
    sheetId sheetName sheetNames sheetPr sheetView sheetViews sheets show showBreaksInFrames showBubbleSize
    showCatName showDLblsOverMax showEnvelope showHorzBorder showKeys showLeaderLines showLegendKey showNegBubbles
    showOutline showPercent showPr showSerName showVal showVertBorder showXMLTags showingPlcHdr shp si sideWall sig
    simplePos singleXmlCell size sizeAuto sizeRepresents skew sld sldAll sldId sldIdLst sldLayout sldLayoutId
    sldLayoutIdLst sldLst sldMaster sldMasterId sldMasterIdLst sldRg sldSyncPr sldSz sldTgt slideViewPr smallCaps
    smallFrac smartTag smooth snapToGrid softEdge softHyphen solidFill sortByTuple sortCondition sorterViewPr
    sourceFileName sp sp3d spAutoFit spDef spLocks spPr spTgt spTree spaceForUL spacing spacingInWholePoints spcAft
    spcBef spcPct spcPts specVanish split splitPgBreakAndParaMark splitPos splitType srcRect srgbClr sst st
    stCondLst stCxn stSnd start startOverride statusText stockChart stop storeMappedDataAs stp strCache strLit
    strRef strVal stretch strictFirstAndLastChars strike strikeBLTR strikeH strikeTLBR strikeV strips stroke sty
    style styleData styleDef styleDefHdr styleDefHdrLst styleLbl styleLink styleLockQFSet styleLockTheme
    stylePaneFormatFilter stylePaneSortMethod styleSheet styles sub subFontBySize subHide subSp subTnLst suff
    summaryLength sup supHide suppressAutoHyphens suppressBottomSpacing suppressLineNumbers suppressOverlap
    suppressSpBfAfterPgBrk suppressSpacingAtTopOfPage suppressTopSpacing suppressTopSpacingWP surface3DChart
    surfaceChart swCell swapBordersFacingPages sx sy sym symbol sysClr sz szCs t tab tabColor tabIndex tabLst table
    tableColumn tableColumns tablePart tableParts tableStyle tableStyleElement tableStyleId tableStyleInfo
    tableStyles tables tabs tag tailEnd targetScreenSz tav tavLst tbl tblBg tblBorders tblCellMar tblCellSpacing
    tblGrid tblHeader tblInd tblLayout tblLook tblOverlap tblPr tblPrEx tblStyle tblStyleColBandSize tblStyleLst
    tblStylePr tblStyleRowBandSize tblW tblpPr tc tcBdr tcBorders tcFitText tcMar tcPr tcStyle tcTxStyle tcW
    temporary text textAlignment textDirection textField textFields textInput textbox textboxTightWrap textdata
    textpath tgtEl theme themeElements themeFontLang themeManager themeOverride thickness tickLblPos tickLblSkip
    tickMarkSkip tile tileRect timing tint title titlePg titleStyle tl2br tmAbs tmPct tmpl tmplLst tn tnLst to top
    top10 topLinePunct tp tpl tpls tr tr2bl trHeight trPr transition transp trendline trendlineLbl trendlineType
    truncateFontHeightsLikeWP6 tupleCache twoCellAnchor tx txBody txDef txEffectClrLst txEl txFillClrLst txLinClrLst
    txPr txSp txStyles txbx txbxContent type types u uFill uFillTx uLn uLnTx uiPriority ulTrailSpace
    underlineTabInNumList undo unhideWhenUsed uniqueTag up upBars upDownBars useAltKinsokuLineBreakRules
    useAnsiKerningPairs useFELayout useNormalStyleForList usePrinterMetrics useSingleBorderforContiguousCells
    useSpRect useWord2002TableStyleRules useWord97LineBreakRules useXSLTWhenSaving userInfo userInterface users v
    vAlign vMerge val valAx value valueMetadata values vanish varLst varyColors vertAlign vertJc vertical view
    view3D viewMergedData viewPr volType volTypes w wAfter wBefore wMode webHidden webPublishObject webSettings
    wedge wgp wheel whole wholeTbl widowControl wipe wireframe wordWrap workbook workbookPr workbookView worksheet
    worksheetSource wpJustification wpSpaceWidth wpc wrap wrapIndent wrapNone wrapPolygon wrapRight wrapSquare
    wrapThrough wrapTight wrapTopAndBottom wrapTrailSpaces wsDr wsp x xMode xVal xf xfrm xmlPr y yMode yVal yearLong
    yearShort zeroAsc zeroDesc zeroWid zoom
    """
)
"""Of Word, Excel and PowerPoint."""

ATTRIBUTES = words_in(
    """
    Append AutoFit ConnectionID DataBindingLoadMode DrawAspect FileBinding ObjectType PreserveFormat
    PreserveSortAFLayout ShowImportExportValidationErrors Type UpdateMode a aboveAverage abstractNumId aca accel
    accent1 accent2 accent3 accent4 accent5 accent6 accentbar accumulate activeCellId activeCol activePane activeRow
    activeSheetId actualPg additive adjust adjustColumnWidth adjusthandles advAuto advClick advTm after
    afterAutospacing afterEffect afterLines algIdExt algn alignWithMargins alignment alignshape all allDrilled
    allStyles allowBlank allowOverlap allowPng allowRefreshQuery allowcomments allowincell allowoverlap alnAt
    alternateStyleNames alwaysShow amt anchorCtr anchorLock anchorx anchory and angle animBg annotation
    applyAlignment applyAlignmentFormats applyBorder applyBorderFormats applyFill applyFont applyFontFormats
    applyNumberFormat applyNumberFormats applyPatternFormats applyProtection applyStyles applyWidthHeightFormats arg
    array arrowok asciiTheme aspect aspectratio assign asteriskTotals attribute authorId auto autoAdjust
    autoCompressPictures autoEnd autoFill autoFilter autoFilterDateGrouping autoFormatId autoLine autoLoad autoPage
    autoPageBreaks autoPict autoRecover autoRepublish autoRev autoScale autoShow autoStart autoUpdate
    autoUpdateAnimBg autoformat autolayout autorotationcenter avgSubtotal axis bIns background backgroundQuery
    backgroundRefresh backupFile backwards bandCol bandRow base baseColWidth baseField baseItem baseline bc before
    beforeAutospacing beforeLines behindDoc bestFit bg1 bg2 bilevel blackAndWhite blank bld bldLvl bldStep blend
    blipPhldr blurRad bookmarkIdSeed boolean borderId bottom bottomFromText bright build builtInGroupCount builtinId
    bullet button bw bwMode bwmode bwnormal bwpure bx byPosition ca cacheId cacheIndex calcCompleted calcId calcMode
    calcOnSave calcmode calculatedColumn calendarType caseSensitive categoryIdx cellColor cellComments cellMeta cfe
    cff cfo chOrder changesSavedWin chapNum chapSep chapStyle charSpace charset chart chartFormat che
    checkCompatibility checkStyle chf cho clear clearAll clearComments clearContents clearFormats clearFormatting
    click clientInsertedTime clip clipped cliptowrap clr clrIdx clrMode clrSpc cmpd cnt code codePage coerce
    coherent3DOff colFirst colGrandTotals colId colLast colPageCount collapse collapsed collapsedLevelsAreSubtotals
    colorId colormode cols columnSort combine combineBrackets comma commandType comments compact compactData
    compatLnSpc compatMode concurrent concurrentCalc concurrentManualCount conformance connectloc connectortype
    connecttype consecutive containsBlank containsDate containsInteger containsMixedTypes containsNonDate
    containsNumber containsSemiMixedTypes containsString content contourW contrast copies copy count countASubtotal
    countBy countSubtotal cp crashSave createdVersion cropping cryptAlgorithmClass cryptAlgorithmType
    cryptProviderType cryptProviderTypeExt cryptSpinCount csb0 csb1 css cstate cstheme current custAng custFlipHor
    custFlipVert custLinFactNeighborX custLinFactNeighborY custLinFactX custLinFactY custRadScaleInc custRadScaleRad
    custScaleX custScaleY custSzX custSzY custT customBuiltin customFormat customHeight customListSort
    customMarkFollows customRollUp customStyle customStyles customView customWidth cx cxnId cy d dataBound dataDxfId
    dataExtractLoad dataField dataOnRows dataOnly dataPosition dataSourceSort databaseField date1904
    dateTimeGrouping day dde decel decorated def defLockedState defQFormat defSemiHidden defTabSz defUIPriority
    defUnhideWhenUsed default defaultAttributeDrillState defaultColWidth defaultGridColor defaultRowHeight
    defaultSize defaultSubtotal defaultThemeVersion degree del1 del2 delay delete deleteColumns deleteRows deleted
    delimited denormalized descending destId destOrd detectmouseclick dgmbasetextscale dgmfontsize dgmlayout
    dgmlayoutmru dgmnodekind dgmscalex dgmscaley dgmstyle diagonalDown diagonalUp differentFirst differentOddEven
    dimension dir directFormattingOnNumbering directFormattingOnParagraphs directFormattingOnRuns
    directFormattingOnTables disableEdit disableFieldList disablePrompts disableRefresh disabled diskRevisions
    displacedByCustomXml dist distB distL distR distT double doubleclicknotify dpi draft dragOff dragToCol
    dragToData dragToPage dragToRow drawAspect dropCap dropauto dt2D dtr dur dvAspect dx dxaOrig dxf dxfId dy
    dyaOrig dz e eaLnBrk eastAsiaTheme eb edGrp edit editAs editData editas embedTrueTypeFonts emptyCellReference
    enableDrill enableFieldProperties enableFormatConditionsCalculation enableRefresh enableWizard end endA endAngle
    endChars endDate endNum endOfListFormulaUpdate endPos endarrow endarrowlength endarrowwidth endcap enforcement
    eol equalAverage equalWidth err errorStyle errors evalError evalOrder evenHBand evenVBand evt exclusive exp ext
    extendable extrusionH extrusionOk extrusionok f fLocksText fLocksWithSheet fPrintsWithSheet fact fadeDir fc fi
    field fieldId fieldIdWrapped fieldListSortAscending fieldPosition fieldPrintTitles fileType fill fillFormulas
    fillId filled fillok filltype filterMode filterPrivacy filterUnique filterVal firstBackgroundRefresh firstCol
    firstColumn firstDataCol firstDataRow firstHeaderRow firstLine firstLineChars firstPageNumber firstRow
    firstRowFirstColumn firstRowLastColumn firstSlideNum fitToHeight fitToPage fitToWidth fitpath fitshape fld
    fldCharType fldLock flip flipH flipV fmt folHlink followColorScheme followedHyperlink fontAlgn fontId fontKey
    fontScale fontSz footer for forceAA forceFullCalc forcedash formatCells formatColumns formatRows formatting
    formulaRange fov frame frameSlides fromWordArt ftr fullCalcOnLoad fullPrecision fullScrn func function
    functionGroupId g gfxdata ghostCol ghostRow gradientshapeok grammar grandCol grandRow grayscale gridDropZones
    gridLines gridLinesSet gridSpan group groupBy groupInterval grouping grow growShrinkType grpId gte gutter
    hAnchor hAnsiTheme hMerge hRule hSpace hanging hangingChars hangingPunct hasCustomPrompt hdr header
    headerRowBorderDxfId headerRowCount headerRowDxfId headers headersInLastRefresh heading headingStyles headings
    hidden hiddenButton hiddenColumn hiddenColumns hiddenLevel hiddenRow hiddenRows hiddenSlides hideGeom
    hideLastTrans hideNewItems hidePivotFieldList hier hierarchyUsage hint hlink horizontal horizontalCentered
    horizontalDpi horzAnchor horzBarState horzOverflow hour how hr hralign hrnoshade hrpct hrstd ht htmlFormat
    htmlTables hue hueDir hyperlink i1 i2 i3 i4 iLevel iMeasureFld iMeasureHier icon iconId iconSet idx ilvl
    imagealignshape imageaspect imeMode imgH imgSz imgW immersive in includeHiddenRowCol includeNewItemsInFilter
    includePrintSettings indent index indexed inkAnnotations insDel insertBlankRow insertColumns insertHyperlinks
    insertPageBreak insertRow insertRowShift insertRows insetmode insetpen insetpenok integer intermediate interval
    invalid invx invy isComment isNarration isPhoto issignatureline item itemPageCount itemPrintTitles iterate
    iterateCount iterateDelta joinstyle justLastX justifyLastLine keepAlive keepChangeHistory kern keyAttribute
    kumimoji kx ky lIns label labelOnly lastClr lastCol lastColumn lastIdx lastRow lastRowFirstColumn
    lastRowLastColumn lastView lat latentStyles latinLnBrk layout layoutInCell leader left leftChars leftFromText
    leftLabels legacy legacyIndent legacySpace len lengthspecified level lfe lff lfo lhe lhf lho lightface
    lightharsh lightharsh2 lim line linePitch lineRule lines linestyle listDataValidation lkTxEntry lnSpcReduction
    local localRefresh localSheetId lockRevision lockStructure lockText lockWindows locked lockedField
    lockrotationcenter lon longFileNames longText loop lum lvl m man manualBreakCount mapId mappingCount marB marL
    marR marT markup masterRel max maxDate maxLength maxRId maxRank maxSheetId maxSubtotal maxVal maxValIso maxValue
    maximized mdxSubqueries measure measureFilter measures memberPropertyField memberValueDatatype merge
    mergeInterval mergeItem metal meth method min minDate minLength minRId minRefreshableVersion minSubtotal
    minSupportedVersion minValue minimized minimumVersion minusx minusy minute missingItemsLimit miterlimit mod
    modelId month moveWithCells movie mpFld multiLine multipleFieldFilters multipleItemSelectionAllowed mute nameLen
    new newLength nextAc nextId nf nlCheck noAdjustHandles noChangeArrowheads noChangeAspect noChangeShapeType
    noCrop noDrilldown noEditPoints noGrp noHBand noLabel noMove noProof noResize noRot noSelect noTextEdit noUngrp
    noVBand nodePh nodeType nonAutoSortDefault normalEastAsianFlow normalizeH np ns null num numCol numFmt numFmtId
    numId numPicBulletId numSld numberStoredAsText numberingStyles o objects obscured oddHBand oddVBand odxf
    offsetFrom old oldFunction oldFunctionGroupId oldHidden oldLength oldPh oldQuotePrefix oldShortcutKey oleUpdate
    oleicon oleid on oneField oned onlySync onlyUseConnectionFile op operator optimizeMemory organizeInFolders
    orient orientationangle other outline outlineData outlineLevel outlineLevelCol outlineLevelRow outlineSymbols
    override p pLen pPos pageOrder pageOverThenDown pageWrap pane panose paperHeight paperSize paperWidth par
    parTransId parameterType parentSet parsePre pasteAll pasteBorders pasteColWidths pasteComments
    pasteDataValidation pasteFormats pasteFormulas pasteNumberFormats pasteValues pathEditMode patternType percent
    personalView ph phldr phonetic pitchFamily pivot pivotButton pivotTables plane pos preferPic
    preferRelativeResize preferSingleView preferrelative presAssocID presStyleCnt presStyleIdx preserve
    preserveFormatting preserveHistory preserveSortFilterLayout presetClass presetID presetSubtype prevAc
    previousCol previousRow pri print printArea printDrill priority prnWhat productSubtotal promptedSolutions
    protected provid prst prstMaterial pt ptType publishItems publishToServer published qFormat qualifier
    queryFailed quotePrefix rAng rId rIns ra rad rank rankBy readOnlyRecommended readingOrder recalcAlways recolor
    recommended reconnectionMethod recordCount ref3D refFor refMode refPtType refType refreshAllConnections
    refreshError refreshOnChange refreshOnLoad refreshedVersion regroupid relative relativeFrom relativeHeight
    relativeIndent relativeTo relyOnVml removeDataOnSave removePersonalInfoOnSave render repairLoad repeatCount
    repeatDur resId resizeGraphics restart rev reverse revisionId revisionsHashValue revisionsSaltValue
    revisionsSpinCount rfe rff rfo rgb rhe rhf rho rig right rightChars rightFromText rightToLeft rot rotWithShape
    rotate rotation rowColShift rowDrillCount rowGrandTotals rowNumbers rowPageCount rowSpan rows rtl rtlCol s sId
    sat saveData saveExternalLinkValues savePassword sb scale scaleToFitPaper scaleWithDoc scaled scenarios scope sd
    second selectLockedCells selectUnlockedCells selected selection semiHidden semicolon sendLocale sep seq series
    seriesIdx serverField serverFill serverFont serverFontColor serverNumberFormat serverSldModifiedTime serverZoom
    set shadeToTitle shadow shadowok shapetype shared sheetId sheetPosition shininess show showAll showAnimation
    showAsCaption showAsIcon showAutoFilter showBorderUnselectedTables showButton showCalcMbrs showCaptions showCell
    showColHeaders showColStripes showColumnStripes showComments showDataAs showDataDropDown showDataTips showDrill
    showDropDown showDropDowns showDropZones showEmptyCol showEmptyRow showError showErrorMessage showFirstColumn
    showFormatting showFormulaBar showFormulas showGridLines showGuides showHeader showHeaders showHorizontalScroll
    showInFieldList showInkAnnotation showInputMessage showItems showLastColumn showMasterPhAnim showMasterSp
    showMemberPropertyTips showMissing showMultipleLabel showNarration showObjects showOutlineIcons
    showOutlineSymbols showPageBreaks showPivotChartFilter showPropAsCaption showPropCell showPropTip showRowCol
    showRowColHeaders showRowHeaders showRowStripes showRuler showScrollbar showSheetTabs showSpeakerNotes
    showSpecialPlsOnTitleSld showStatusbar showTip showValue showVerticalScroll showWhenStopped showWhiteSpace
    showZeros showsigndate shrinkToFit si sibTransId side signinginstructionsset simplePos singleclick sizeWithCells
    skewangle sldNum smtClean smtId snapToGrid snapToObjects snapVertSplitter solveOrder sort sortBy sortMethod
    sortType sourceData sourceLinked sourceSheetId sourceType sp space spc spcCol spcFirstLastPara spd spelling
    spidmax spinValue splitAll splitFirst spokes spt sqlType srcId srcOrd st stA stPos start startAngle startAt
    startChars startDate startLabels startNum startarrow startarrowlength startarrowwidth state stdDev
    stdDevPSubtotal stdDevSubtotal step stopIfTrue strictFirstAndLastChars strike stroke stroked strokeok
    stylesInUse subsetted subtotal subtotalHiddenItems subtotalTop sumSubtotal summaryBelow summaryRight
    supportAdvancedDrill supportSubquery switch sx sy syncBehavior syncHorizontal syncVertical sz t1 t2 tIns tab
    tabRatio tabSelected table tableBorderDxfId tableColumnId tableStyles tableType targetScreenSize
    targetscreensize tblpX tblpXSpec tblpY tblpYSpec tentative textDates textHAlign textRotation textVAlign
    textborder textpathok theme themeColor themeFill themeFillShade themeFillTint themeShade themeTint thickBot
    thickBottom thickTop thicket thresh thruBlk timePeriod tint tm top top3HeadingStyles topAutoShow topFromText
    topLabels totalsRowBorderDxfId totalsRowCount totalsRowDxfId totalsRowFunction totalsRowShown tplc track
    trackRevisions transition transitionEntry transitionEvaluation trim tupleCache twoDigitTextYear tx tx1 tx2 txBox
    ty u ua uiExpand uiObject uiPriority un unbalanced unbalancedGroup unboundColumnsLeft unboundColumnsRight undone
    ungrouping unhideWhenUsed uniqueCount uniqueList unlockedFormula updateLinks updateMode updatedVersion
    upgradeOnRefresh upright usb0 usb1 usb2 usb3 useA useAutoFormatting useBgFill useDef useFirstPageNumber
    useLongFilenames usePrinterDefaults useTimings userDrawn userdrawn userhidden vAnchor vMerge vMergeOrig vSpace
    valIso valueType varPSubtotal varScale varSubtotal vbProcedure version vert vertAnchor vertBarState vertCompress
    vertOverflow vertical verticalCentered verticalDpi verticies view visibility visibleStyles visualTotals vml vol
    width windowHeight windowProtection windowWidth workbookHashValue workbookParameter workbookSaltValue
    workbookSpinCount workbookViewId wrap wrapText xAlign xSplit xWindow xfDxf xfId xfrmType xl2000 xl97 xlm xml
    xmlBased xscale yAlign ySplit yWindow year z zOrder zOrderOff zeroHeight zeroValues zoom zoomContents zoomScale
    zoomScaleNormal zoomScalePageLayoutView zoomScaleSheetLayoutView zoomToFit
    """
)
"""Measures, switches and names of a closed list."""

WORDS = words_in(
    """
    adj altLang ang arcsize ascii b backdepth bidi blacklevel blip borderbottomcolor borderleftcolor
    borderrightcolor bordertopcolor bottomLeft bottomRight brightness by c cap char characterSet chromakey color
    color2 colors connectangles connectlocs control1 control2 coordorigin coordsize cropbottom cropleft cropright
    croptop cs csCatId csTypeId culture dashstyle dataCellStyle defStyle defaultPivotStyle defaultTableStyle
    diffusity displayName distance dm drop eastAsia edge embed embosscolor eqn evtFilter extrusioncolor facet
    fillcolor filter first fmla focus focusposition focussize font forName foredepth format formatCode from gain
    gamma gap gdRefAng gdRefR gdRefX gdRefY h hAnsi hR headerRowCellStyle i id idcntr iddest idref idsrc imagesize
    inset invalEndChars invalStChars l lang length lightlevel lightlevel2 lightposition lightposition2 limo link lo
    loCatId loTypeId matrix maxAng maxR maxX maxY minAng minR minVer minX minY moveWith n name offset offset2
    opacity opacity2 orientation origin path pict points polar position prLst presId presName presStyleLbl ptsTypes
    qs qsCatId qsTypeId r radiusrange rctx ref refForName relid rotationangle rotationcenter script shadowcolor
    shapeId shapeid size skewamt spans specularity spid sqref stAng string strokecolor strokeweight style styleId
    styleLbl styleName swAng t tablelimits tableproperties textboxrect tmFilter to topLeft topLeftCell topRight
    totalsRowCellStyle totalsRowLabel type typeface uniqueId uri v val viewpoint viewpointorigin w wR weight
    wrapcoords x xrange y yrange
    """
)
"""Any text, by their type."""

OPEN_ELEMENTS = words_in(
    """
    a alphabetical-index alphabetical-index-entry-template alphabetical-index-source am-pm animate animateColor
    animateMotion animateTransform animation-group animations audio author-initials author-name automatic-styles
    axis background background-image bibliography bibliography-configuration bibliography-entry-template
    bibliography-mark bibliography-source binary-data body bookmark-ref boolean boolean-style calculation-settings
    caption categories cell-address cell-content-change cell-content-deletion change-deletion change-info
    change-track-table-cell changed-region chapter chart chart-properties circle column column-sep columns command
    conditional-text connector contour-path contour-polygon covered-table-cell creation-date creation-time creator
    cube currency-style currency-symbol custom-shape data-label data-pilot-display-info data-pilot-field
    data-pilot-field-reference data-pilot-group data-pilot-group-member data-pilot-groups data-pilot-layout-info
    data-pilot-level data-pilot-member data-pilot-members data-pilot-sort-info data-pilot-subtotal
    data-pilot-subtotals data-pilot-table data-point database-display database-name database-row-number
    database-source-query database-source-sql database-source-table date date-style date-time date-time-decl day
    day-of-week dde-connection default-page-layout default-style definition-src deletion deletions dependencies
    dependency description dim document document-content document-meta document-settings document-styles domain
    drawing drawing-page-properties drop-cap editing-cycles editing-duration ellipse embedded-text enhanced-geometry
    equation era error-indicator error-macro error-message even-columns even-rows expression extrude file-name
    fill-image filter-set-item first-column first-row floor font-face font-face-decls font-face-format
    font-face-name font-face-src font-face-uri footer footer-decl footer-left footer-style footnote-sep
    format-change fraction frame g glue-point gradient graphic-properties grid h handle handout-master hatch header
    header-decl header-footer-properties header-left header-style help-message hide-shape hide-text hours
    illustration-index illustration-index-entry-template illustration-index-source image index-body
    index-entry-bibliography index-entry-chapter index-entry-link-end index-entry-link-start index-entry-page-number
    index-entry-span index-entry-tab-stop index-entry-text index-source-style index-source-styles index-title
    index-title-template initial-creator insertion insertion-cut-off iterate iteration keywords label-range
    label-separator last-column last-row layer layer-set legend light line line-break linearGradient
    linenumbering-configuration linenumbering-separator list list-header list-item list-level-label-alignment
    list-level-properties list-level-style-bullet list-level-style-image list-level-style-number list-style map
    marker master-page master-styles mean-value measure minutes modification-date modification-time month movement
    movement-cut-off note note-body note-citation note-continuation-notice-backward note-continuation-notice-forward
    note-ref notes-configuration null-date number number-style numbered-paragraph object-count object-index
    object-index-entry-template object-index-source odd-columns odd-rows opacity outline-level-style outline-style p
    page page-continuation page-layout page-layout-properties page-number page-sequence page-thumbnail
    page-variable-get page-variable-set par paragraph-properties path percentage-style placeholder play plot-area
    polygon polyline presentation presentation-page-layout previous print-date print-time printed-by quarter
    radialGradient rect region-center region-left region-right regression-curve regular-polygon rotate ruby
    ruby-base ruby-properties ruby-text s scene scientific-number seconds section section-properties sender-city
    sender-company sender-country sender-email sender-fax sender-firstname sender-initials sender-lastname
    sender-phone-private sender-phone-work sender-position sender-postal-code sender-state-or-province sender-street
    sender-title seq sequence sequence-decl sequence-decls sequence-ref series set shapes sheet-name show show-shape
    show-text soft-page-break sort sort-by sort-groups sort-key source-cell-range source-range-address
    source-service span sphere spreadsheet stock-gain-marker stock-loss-marker stock-range-line stop stroke-dash
    style styles subject subtitle subtotal-field subtotal-rule subtotal-rules symbol-image tab tab-stop tab-stops
    table table-cell table-cell-properties table-column table-column-group table-column-properties table-columns
    table-formula table-header-columns table-header-rows table-index table-index-entry-template table-index-source
    table-of-content table-of-content-entry-template table-of-content-source table-properties table-row
    table-row-group table-row-properties table-rows table-template target-range-address template-name text text-box
    text-content text-input text-properties text-style time time-style transitionFilter user-defined user-field-get
    user-field-input user-index user-index-entry-template user-index-source variable-get variable-input variable-set
    wall week-of-year year
    """
)
"""Of OpenDocument."""

OPEN_ATTRIBUTES = words_in(
    """
    accelerate accent-height acceptance-state accumulate action active add-empty-lines additive address adjustment
    algorithm align allow-empty-cell alphabetic alphabetical-separators ambient-color anchor-page-number anchor-type
    angle angle-offset animation animation-delay animation-direction animation-repeat animation-start-inside
    animation-steps animation-stop-inside animations annote application-data apply-style-name ascent attached-axis
    attributeName audio-level auto-grow-height auto-grow-width auto-position auto-size auto-text-indent auto-update
    autoReverse automatic-content automatic-find-labels automatic-order automatic-update axis-label-position
    axis-position back-scale backface-culling background-color background-objects-visible background-size
    background-transparency background-visible base-cell-address bbox begin bibliography-data-field
    bibliography-type bind-styles-to-content blue booktitle boolean-value border border-bottom border-color
    border-left border-line-width border-line-width-bottom border-line-width-left border-line-width-right
    border-line-width-top border-model border-right border-top break-after break-before bullet-char
    bullet-relative-size buttons by c calcMode calendar cap-height capitalize-entries caption-angle
    caption-angle-type caption-escape caption-escape-direction caption-fit-line-length caption-gap
    caption-line-length caption-point-x caption-point-y caption-sequence-format caption-sequence-name caption-type
    case-sensitive cell-address cell-protect cell-range-address center chain-next-name change-id chapter char
    citation-body-style-name citation-style-name class class-names clip close-back close-front color
    color-interpolation color-interpolation-direction color-inversion color-mode column column-count column-gap
    column-mapping column-name column-width combine-entries combine-entries-with-dash combine-entries-with-pp
    comma-separated comment concave concentric-gradient-fill-allowed cond-style-name condition-source
    condition-source-range-address connect-bars consecutive-numbering contains-error contains-header continue-list
    continue-numbering contrast conversion-mode copy-back copy-formulas copy-outline-levels copy-styles
    corner-radius corners count count-empty-lines count-in-text-boxes country country-asian country-complex currency
    current-value custom1 custom2 custom3 custom4 custom5 cx cy d data data-cell-range-address data-label-number
    data-label-symbol data-label-text data-source-has-labels data-style-name data-type database-table-name
    date-adjust date-end date-start date-value decelerate decimal-places decimal-replacement deep
    default-cell-style-name default-outline-level default-style-name delay denominator-value depth descent
    diagonal-bl-tr diagonal-bl-tr-widths diagonal-tl-br diagonal-tl-br-widths diffuse-color dimension direction
    display display-border display-date-time display-duplicates display-equation display-factor
    display-filter-buttons display-footer display-header display-label display-levels display-list
    display-member-mode display-outline-level display-page-number display-r-square distance distance-after-sep
    distance-before-sep dont-balance-text-columns dots1 dots1-length dots2 dots2-length draw-aspect
    drill-down-on-double-click dur duration dynamic-spacing edge-rounding edge-rounding-mode editable edition editor
    effect embedded-number-behavior emissive-color enabled end end-angle end-cell-address end-color end-column
    end-glue-point end-guide end-indent end-intensity end-line-spacing-horizontal end-line-spacing-vertical
    end-position end-row end-shape end-table end-x end-y endless endsync engine enhanced-path error-category
    error-lower-indicator error-lower-limit error-lower-range error-margin error-percentage error-upper-indicator
    error-upper-limit error-upper-range escape-direction execute expression extrusion extrusion-allowed
    extrusion-brightness extrusion-color extrusion-depth extrusion-diffusion extrusion-first-light-direction
    extrusion-first-light-harsh extrusion-first-light-level extrusion-light-face extrusion-metal
    extrusion-number-of-line-segments extrusion-origin extrusion-rotation-angle extrusion-rotation-center
    extrusion-second-light-direction extrusion-second-light-harsh extrusion-second-light-level extrusion-shininess
    extrusion-skew extrusion-specularity extrusion-viewpoint fadeColor family field-name field-number fill
    fill-color fill-gradient-name fill-hatch-name fill-hatch-solid fill-image-height fill-image-name
    fill-image-ref-point fill-image-ref-point-x fill-image-ref-point-y fill-image-width fill-rule fillDefault
    filter-options first-page-number first-row-end-column first-row-start-column fit-to-contour fit-to-size fixed
    flow-with-text focal-length font-adornments font-charset font-charset-asian font-charset-complex font-family
    font-family-asian font-family-complex font-family-generic font-family-generic-asian font-family-generic-complex
    font-independent-line-spacing font-name font-name-asian font-name-complex font-pitch font-pitch-asian
    font-pitch-complex font-relief font-size font-size-asian font-size-complex font-size-rel font-size-rel-asian
    font-size-rel-complex font-stretch font-style font-style-asian font-style-complex font-style-name
    font-style-name-asian font-style-name-complex font-variant font-weight font-weight-asian font-weight-complex
    footnote-max-height footnotes-position force-manual format-source frame-display-border frame-display-scrollbar
    frame-margin-horizontal frame-margin-vertical from full-screen function fx fy gamma gap-width global
    glue-point-leaving-directions glue-point-type glue-points glyph-orientation-vertical gradient-step-count
    gradientTransform gradientUnits grand-total green group-bars-per-axis group-by-field-number group-id grouped-by
    grouping guide-distance guide-overhang handle-mirror-horizontal handle-mirror-vertical handle-polar
    handle-position handle-radius-range-maximum handle-radius-range-minimum handle-range-x-maximum
    handle-range-x-minimum handle-range-y-maximum handle-range-y-minimum handle-switched hanging has-persistent-data
    height hole-size horizontal-pos horizontal-rel horizontal-segments howpublished hyphenate hyphenation-keep
    hyphenation-ladder-count hyphenation-push-char-count hyphenation-remain-char-count identifier
    identify-categories ideographic ignore-case ignore-empty-rows image-opacity include-hidden-cells increment index
    index-name index-scope institution interpolation interval-major interval-minor-divisor is-active
    is-data-layout-field is-hidden is-list-header is-selection is-sub-table isbn issn iterate-interval iterate-type
    japanese-candle-stick join-border journal justify-single-word keep-together keep-with-next keySplines keyTimes
    kind label label-arrangement label-cell-address label-cell-range-address label-followed-by label-position
    label-position-negative language language-asian language-complex last-column-spanned last-row-end-column
    last-row-spanned last-row-start-column layer layout-grid-base-height layout-grid-base-width layout-grid-color
    layout-grid-display layout-grid-lines layout-grid-mode layout-grid-print layout-grid-ruby-below
    layout-grid-ruby-height layout-grid-snap-to layout-grid-standard-mode layout-mode leader-char leader-color
    leader-style leader-text leader-text-style leader-type leader-width legend-align legend-expansion
    legend-expansion-aspect-ratio legend-position length letter-kerning letter-spacing level lighting-mode
    line-break line-distance line-height line-height-at-least line-number line-skew line-spacing line-style lines
    link-data-style-to-source link-to-source-data list-id list-level list-level-position-and-space-mode
    list-style-name list-tab-stop-position logarithmic luminance main-entry main-entry-style-name margin
    margin-bottom margin-left margin-right margin-top marked-invalid marker-end marker-end-center marker-end-width
    marker-start marker-start-center marker-start-width master-element master-page-name mathematical matrix-covered
    max-edge max-height max-width maximum maximum-difference may-break-between-rows mean-value measure-align
    measure-vertical-align member-count member-name member-type message-type mime-type min-denominator-digits
    min-edge min-exponent-digits min-height min-integer-digits min-label-distance min-label-width
    min-numerator-digits min-row-height min-width minimum mirror mirror-horizontal mirror-vertical mode modifiers
    month mouse-as-pen mouse-visible multi-deletion-spanned name next-style-name node-type normals-direction
    normals-kind note note-class null-year num-format num-letter-sync num-prefix num-suffix number
    number-columns-repeated number-columns-spanned number-lines number-matrix-columns-spanned
    number-matrix-rows-spanned number-position number-rows-repeated number-rows-spanned number-wrapped-paragraphs
    numbered-entries object-name offset ole-draw-aspect on-update-keep-size on-update-keep-styles opacity
    opacity-name operator order organizations orientation origin orphans outline-level overflow-behavior overlap
    overline-position overline-thickness padding padding-bottom padding-left padding-right padding-top page-adjust
    page-breaks-on-group-change page-height page-layout-name page-number page-usage page-width pages panose-1
    paper-tray-name paragraph-style-name parallel parent-style-name parse-sql-statement password path path-id
    path-stretchpoint-x path-stretchpoint-y pause percentage percentage-data-style-name pie-offset placeholder-type
    placing play-full points position possessive-form precision-as-shown prefix presentation-page-layout-name
    preset-class preset-id preset-sub-type print print-content print-orientation print-page-order print-ranges
    projection protect protected publisher punctuation-wrap query-name r range-usable-as recreate-on-edit red
    ref-name reference-format refresh-delay register-true register-truth-ref-style-name regression-type
    rejecting-change-id rel-column-width rel-height rel-width relative-tab-stop-position repeat repeat-content
    repeatCount repeatDur repeated report-type restart restart-numbering restart-on-page restartDefault
    reverse-direction rfc-language-tag rfc-language-tag-asian rfc-language-tag-complex right-angled-axes rotation
    rotation-align rotation-angle row row-height row-mapping row-number ruby-align ruby-position run-through rx ry
    scale-text scale-to scale-to-pages scenario-ranges school script script-asian script-complex script-type
    search-criteria-must-apply-to-whole-cell secondary-fill-color section-name select-page selected-page
    separation-character series series-source server-map shade-mode shadow shadow-color shadow-offset-x
    shadow-offset-y shadow-opacity shadow-slant shape-id sharpness shininess show-details show-empty
    show-end-of-presentation-slide show-filter-button show-logo show-unit shrink-to-fit size slope
    snap-to-layout-grid solid-type sort-algorithm sort-ascending sort-by-position sort-by-x-values sort-mode source
    source-field-name source-name space-after space-before specular specular-color speed spline-order
    spline-resolution spreadMethod sql-statement stacked start start-angle start-color start-column start-glue-point
    start-guide start-indent start-intensity start-line-spacing-horizontal start-line-spacing-vertical
    start-numbering-at start-page start-position start-row start-scale start-shape start-table start-value
    start-with-navigator status stay-on-top stemh stemv step steps stop-color stop-opacity strikethrough-position
    strikethrough-thickness string string-value stroke stroke-color stroke-dash stroke-dash-names stroke-linecap
    stroke-linejoin stroke-opacity stroke-width structure-protected style style-name style-override sub-item subtype
    suffix symbol-color symbol-height symbol-name symbol-type symbol-width tab-ref tab-stop-distance table
    table-background table-centering table-type target-cell-address targetElement template-name text-align
    text-align-last text-align-source text-areas text-autospace text-blinking text-combine text-combine-end-char
    text-combine-start-char text-emphasize text-indent text-line-through-color text-line-through-mode
    text-line-through-style text-line-through-text text-line-through-text-style text-line-through-type
    text-line-through-width text-outline text-overlap text-overline-color text-overline-mode text-overline-style
    text-overline-type text-overline-width text-path text-path-allowed text-path-mode text-path-same-letter-heights
    text-path-scale text-position text-rotate-angle text-rotation-angle text-rotation-scale text-scale text-shadow
    text-style-name text-transform text-underline-color text-underline-mode text-underline-style text-underline-type
    text-underline-width textarea-horizontal-align textarea-vertical-align textual texture-filter
    texture-generation-mode-x texture-generation-mode-y texture-kind texture-mode three-dimensional
    tick-mark-position tick-marks-major-inner tick-marks-major-outer tick-marks-minor-inner tick-marks-minor-outer
    tile-repeat-offset time-adjust time-value to track-changes transform transition-on-click transition-speed
    transition-style transition-type transliteration-country transliteration-format transliteration-language
    transliteration-style treat-empty-cells truncate-on-overflow type underline-position underline-thickness
    unicode-range unit units-per-em url use-banding-columns-styles use-banding-rows-styles use-caption
    use-chart-objects use-date-time-name use-draw-objects use-first-column-styles use-first-row-styles
    use-floating-frames use-footer-name use-graphics use-header-name use-index-marks use-index-source-styles
    use-keys-as-entries use-labels use-last-column-styles use-last-row-styles use-math-objects use-objects
    use-optimal-column-width use-optimal-row-height use-other-objects use-outline-level use-regular-expressions
    use-soft-page-breaks use-spreadsheet-objects use-tables use-wildcards use-window-font-color used-hierarchy
    user-transformed v-alphabetic v-hanging v-ideographic v-mathematical value value-type values
    values-cell-range-address version vertical vertical-align vertical-pos vertical-rel vertical-segments viewBox
    visibility visible visible-area-height visible-area-left visible-area-top visible-area-width visited-style-name
    volatile volume vpn vrp vup widows width widths wrap wrap-contour wrap-contour-mode wrap-dynamic-threshold
    wrap-influence-on-position wrap-option writing-mode writing-mode-automatic x x-height x1 x2 y y1 y2 year z-index
    """
)
"""Of OpenDocument; each is looked through."""
